// Words, numbers and elements.

const LOCALES = { en: "en-US", fa: "fa-IR", zh: "zh-CN" };
const state = { language: "en" };
let WORDS = {}, DATA = {};

function said(key, fields = {}) {
  const text = WORDS[state.language].words[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

// What writes numbers is costly to make and the same at every change.
const WRITERS = new Map();

function written(value, shown) {
  const key = state.language + JSON.stringify(shown);
  if (!WRITERS.has(key)) WRITERS.set(key, new Intl.NumberFormat(LOCALES[state.language], shown));
  return WRITERS.get(key).format(value);
}

function number(value, digits = 0) {
  if (!Number.isFinite(value)) return "\u2014";
  return written(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// A number as it is in a condition: no more digits than it has.
function plain(value) {
  return written(value, { maximumSignificantDigits: 12, useGrouping: false });
}

function percent(value, digits = 1) {
  if (!Number.isFinite(value)) return "\u2014";
  return written(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function signed(value) {
  if (!Number.isFinite(value)) return "\u2014";
  return written(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
}

// A difference of shares, in points of a hundred.
function points(value) {
  return signed(100 * value);
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

// Change an element to what it shall be, and only where it differs: what stays keeps its focus and is not laid out anew.
function mended(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType === Node.TEXT_NODE) {
    old.data = fresh.data;
    return;
  }
  const names = fresh.getAttributeNames();
  for (const name of names) {
    const value = fresh.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const name of old.getAttributeNames()) if (!names.includes(name)) old.removeAttribute(name);
  filledAnew(old, [...fresh.childNodes]);
}

function filledAnew(old, fresh) {
  const before = [...old.childNodes];
  before.slice(fresh.length).forEach((one) => one.remove());
  fresh.forEach((one, at) => (at < before.length ? mended(before[at], one) : old.append(one)));
}

// What is drawn at every change; nothing in it listens to anything.
function redrawn(id, ...fresh) {
  filledAnew(document.getElementById(id), fresh);
}

// A name within a line: words of the page run its way, those of others their own.
function named(text, ours = false) {
  return make("bdi", { dir: ours ? document.documentElement.dir : "auto" }, text);
}

function isCoded(column) {
  const reasons = WORDS[state.language].reasons;
  return column.kind === "labels" && column.values.every((one) => Object.hasOwn(reasons, one));
}

function nameOf(column, code) {
  const listed = column.kind === "labels" && code > 0 && code <= column.values.length;
  return named(valueName(column, code), !listed || isCoded(column));
}

// What a code of a column is called.
function valueName(column, code) {
  if (code === 0) return said("dashboard.missing");
  if (code > column.values.length && column.kind !== "bands") return said("dashboard.others");
  if (column.kind !== "bands") {
    const value = column.values[code - 1];
    if (typeof value === "number") return plain(value);
    return isCoded(column) ? WORDS[state.language].reasons[value] : value;
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
