// A condition in the language of segments, which the Python library reads.

const RESERVED = ["and", "or", "not", "in", "is", "missing", "true", "false"];

function columnText(name) {
  const bare = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.includes(name.toLowerCase());
  return bare ? name : "`" + name + "`";
}

function scalarText(value) {
  if (typeof value === "number") return String(value);
  return "'" + value.replace(/\\/g, "\\\\").replace(/'/g, "\\'") + "'";
}

function listText(name, values, how) {
  return `${name} ${how} [${values.map(scalarText).join(", ")}]`;
}

// Bands side by side become one pair of comparisons.
function bandTexts(name, column, codes) {
  const edges = column.values, parts = [];
  const sorted = codes.filter((code) => code > 0).sort((a, b) => a - b);
  for (let at = 0; at < sorted.length; at++) {
    const first = sorted[at];
    while (sorted[at + 1] === sorted[at] + 1) at++;
    const last = sorted[at];
    const low = first > 1 ? `${name} >= ${scalarText(edges[first - 2])}` : "";
    const high = last <= edges.length ? `${name} < ${scalarText(edges[last - 1])}` : "";
    if (low && high) parts.push(`(${low} and ${high})`);
    else if (low || high) parts.push(low || high);
    else parts.push(`${name} < ${scalarText(edges[0])}`, `${name} >= ${scalarText(edges[0])}`);
  }
  return parts;
}

function labelTexts(name, column, codes) {
  const values = column.values, other = values.length + 1;
  const parts = [], named = codes.filter((code) => code > 0 && code < other).map((code) => values[code - 1]);
  if (codes.includes(other)) {
    const left = values.filter((value) => !named.includes(value));
    if (left.length) parts.push(listText(name, left, "not in"));
    else parts.push(listText(name, values.length ? values : [""], "in"), listText(name, values.length ? values : [""], "not in"));
  } else if (named.length) parts.push(listText(name, named, "in"));
  return parts;
}

function conditionText(condition, column) {
  const name = columnText(column.name), codes = condition.codes;
  const parts = column.kind === "bands" ? bandTexts(name, column, codes) : labelTexts(name, column, codes);
  if (codes.includes(0)) parts.push(`${name} is missing`);
  const text = parts.join(" or ");
  if (condition.not) return `not (${text})`;
  return parts.length > 1 || text.includes(" or ") ? `(${text})` : text;
}

// Who is meant; empty where everybody is.
function whereText(groups, columns) {
  const wanted = asked(groups).map((group) =>
    group.map((one) => conditionText(one, columns[one.column])).join(" and "));
  return wanted.length > 1 ? wanted.map((text) => `(${text})`).join(" or ") : wanted[0] || "";
}

const FORM = "creditscore.segments/1";

function segmentFile(name, where, refresh) {
  return { form: FORM, segments: [{ name, where, refresh }] };
}
