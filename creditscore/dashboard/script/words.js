// Words, numbers and elements.

const LOCALES = { en: "en-US", fa: "fa-IR", zh: "zh-CN" };
const state = { language: "en" };
let WORDS = {}, DATA = {};

function said(key, fields = {}) {
  const text = WORDS[state.language].words[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

function number(value, digits = 0) {
  if (!Number.isFinite(value)) return "\u2014";
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALES[state.language], shown).format(value);
}

// A number as it is in a condition: no more digits than it has.
function plain(value) {
  return new Intl.NumberFormat(LOCALES[state.language], { maximumSignificantDigits: 12, useGrouping: false })
    .format(value);
}

function percent(value, digits = 1) {
  if (!Number.isFinite(value)) return "\u2014";
  const shown = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALES[state.language], shown).format(value);
}

function points(value) {
  if (!Number.isFinite(value)) return "\u2014";
  const shown = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" };
  return new Intl.NumberFormat(LOCALES[state.language], shown).format(100 * value);
}

function make(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function drawn(name, attributes, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "checked" || key === "value" || key === "disabled") element[key] = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}

// What a code of a column is called.
function valueName(column, code) {
  if (code === 0) return said("dashboard.missing");
  if (code > column.values.length && column.kind !== "bands") return said("dashboard.others");
  if (column.kind !== "bands") {
    const value = column.values[code - 1];
    if (typeof value === "number") return plain(value);
    const reasons = WORDS[state.language].reasons, coded = column.values.every((one) => Object.hasOwn(reasons, one));
    return coded ? reasons[value] : value;
  }
  const edges = column.values;
  if (code === 1) return said("dashboard.below", { number: plain(edges[0]) });
  if (code === edges.length + 1) return said("dashboard.from", { number: plain(edges[code - 2]) });
  return said("dashboard.between", { low: plain(edges[code - 2]), high: plain(edges[code - 1]) });
}

function codesOf(column) {
  const size = sizeOf(column);
  const codes = Array.from({ length: size - 1 }, (_, at) => at + 1);
  return column.missing ? [...codes, 0] : codes;
}
