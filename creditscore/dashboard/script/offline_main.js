// The page: rows of features in, scores and first reasons out, and a file of them; nothing is sent.

const WORDS = JSON.parse(document.getElementById("words").textContent);
const MODEL = modelOf(JSON.parse(document.getElementById("data").textContent));
const SHOWN = 200, BESIDE = ["application_id", "anything_known", "unread"];
const KNOWN = new Set([...MODEL.data.features, ...BESIDE]);
const OUT = ["application_id", "status", "probability_of_default", "score", "grade", "reasons", "first_feature"];

function said(key, fields = {}) {
  return WORDS.words[`offline.${key}`].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

function make(name, text, attributes = {}) {
  const found = document.createElement(name);
  found.textContent = text;
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  return found;
}

// One row of features in the order of the model; what is missing, unknown or no number is an error by name.
function rowOf(given, number) {
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw new Error(said("no_row", { row: number }));
  const names = MODEL.data.features, unknown = Object.keys(given).find((name) => !KNOWN.has(name));
  const missing = names.find((name) => given[name] === undefined);
  if (missing !== undefined) throw new Error(said("missing", { row: number, name: missing }));
  if (unknown !== undefined) throw new Error(said("unknown", { row: number, name: unknown }));
  return Float64Array.from(names, (name) => {
    const value = given[name];
    const fine = value === null || value === "inf" || value === "-inf" || typeof value === "number";
    if (!fine) throw new Error(said("no_number", { row: number, name }));
    return read(value);
  });
}

// Who is asked about, as text; a whole number of more digits than a browser keeps would name somebody else.
function idOf(given, number) {
  const id = given.application_id ?? number;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) throw new Error(said("no_id", { row: number }));
  return String(id);
}

function answered(given, number) {
  const row = rowOf(given, number), { anything_known: known, unread = [] } = given;
  if (known !== undefined && typeof known !== "boolean") throw new Error(said("no_flag", { row: number }));
  const sources = MODEL.data.reasons.sources;
  if (!Array.isArray(unread) || unread.some((one) => !sources.includes(one))) throw new Error(said("no_source", { row: number }));
  const found = scored(MODEL, row, known === undefined ? knownByFeatures(MODEL, row) : known, unread);
  return { application_id: idOf(given, number), ...found };
}

function answers(text) {
  let rows;
  try { rows = JSON.parse(text); } catch { throw new Error(said("no_json")); }
  if (!Array.isArray(rows) || !rows.length) throw new Error(said("no_json"));
  const found = rows.map((row, at) => answered(row, at + 1)), ids = new Set();
  found.forEach((one, at) => {
    if (ids.has(one.application_id)) throw new Error(said("no_id", { row: at + 1 }));
    ids.add(one.application_id);
  });
  return found;
}

function columnsOf(one) {
  const first = one.reasons[0];
  const codes = one.reasons.map((reason) => reason.code).join(" ");
  return [one.application_id, one.status, one.probability_of_default ?? "", one.score ?? "", one.grade ?? "", codes, first ? first.feature : ""];
}

function field(value) {
  const text = String(value);
  return /[",\n\r]/.test(text) || /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `"${text.replaceAll('"', '""')}"` : text;
}

function show(found) {
  const body = document.getElementById("answers");
  body.replaceChildren(...found.slice(0, SHOWN).map((one) => {
    const line = document.createElement("tr"), first = one.reasons[0], none = one.status !== "scored";
    const chance = none ? "" : new Intl.NumberFormat(WORDS.locale, { style: "percent", maximumFractionDigits: 2 }).format(one.probability_of_default);
    const score = none ? said("unscorable") : new Intl.NumberFormat(WORDS.locale, { useGrouping: false }).format(one.score);
    line.append(make("td", one.application_id, { dir: "auto" }), make("td", score), make("td", none ? "" : one.grade), make("td", chance));
    const named = none ? "" : said("no_reason");
    const why = make("td", first ? WORDS.reasons[first.code] || first.code : named);
    if (first) why.append(document.createElement("br"), make("small", first.feature, { dir: "ltr" }));
    line.append(why);
    return line;
  }));
  const csv = [OUT, ...found.map(columnsOf)].map((line) => line.map(field).join(",")).join("\n");
  const saved = document.getElementById("save");
  saved.setAttribute("href", `data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`);
  saved.hidden = false;
  document.getElementById("found").hidden = false;
  tell(said("done", { count: new Intl.NumberFormat(WORDS.locale).format(found.length), shown: new Intl.NumberFormat(WORDS.locale).format(Math.min(found.length, SHOWN)) }));
}

function tell(text) {
  document.getElementById("status").textContent = text;
}

function scoreText(text) {
  try { show(answers(text)); } catch (error) {
    document.getElementById("found").hidden = true;
    document.getElementById("save").hidden = true;
    tell(error.message);
  }
}

document.getElementById("score").addEventListener("click", () => scoreText(document.getElementById("rows").value));
document.getElementById("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) scoreText(await file.text());
});
globalThis.creditscore = { answers, features: MODEL.data.features, model_id: MODEL.data.model_id };
tell(said("ready"));
