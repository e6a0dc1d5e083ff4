// What is seen of a segment: size and shares, calibration, and a column beside everybody.

function section(place, name, ...children) {
  const title = make("h2", { id: `${name}-title`, tabindex: "-1" }, make("kbd", { "aria-hidden": "true" }, plain(place)),
    " ", said(`dashboard.${name}`));
  return make("section", { id: name, "aria-labelledby": `${name}-title` }, title, ...children);
}

function fact(name, value, beside) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value, beside ? make("small", {}, beside) : null));
}

// Beside the bad rate of all; where some of them have no score, that of the others is told with it.
function calibrationWord({ apart, observed, judged, known }) {
  if (Number.isNaN(apart)) return "";
  const word = Math.abs(apart) < 1.96 ? "as_predicted" : apart > 0 ? "more_than_predicted" : "fewer_than_predicted";
  const others = judged < known
    ? said("dashboard.observed_of", { observed: percent(observed, 2), number: number(judged) }) : "";
  return others + said(`dashboard.${word}`);
}

function drawFigures(found, all) {
  const [low, high] = found.known ? jeffreys(found.bads, found.known) : [NaN, NaN], notes = [];
  if (found.maybe) notes.push(said("dashboard.maybe", { number: number(found.maybe), fewest: plain(DATA.fewest_people) }));
  if (found.open) notes.push(said("dashboard.open", { number: number(found.open) }));
  if (found.unscored) notes.push(said("dashboard.unscored", { number: number(found.unscored) }));
  if (found.unplaced) notes.push(said("dashboard.unplaced", { number: number(found.unplaced) }));
  redrawn("facts",
    fact(said("dashboard.size"), number(found.rows), said("dashboard.share", { share: percent(found.rows / DATA.applications) })),
    fact(said("dashboard.approved_before"), percent(found.approvedBefore), beside(all.approvedBefore)),
    fact(said("dashboard.approval_at_cut"), percent(found.approval), beside(all.approval)),
    fact(said("dashboard.bad_rate"), percent(found.badRate, 2),
      found.known ? said("dashboard.interval", { low: percent(low), high: percent(high), number: number(found.known) }) : said("dashboard.no_outcome")),
    fact(said("dashboard.predicted"), percent(found.predictedKnown, 2), calibrationWord(found)),
    fact(said("dashboard.worth"), number(found.profit), said("dashboard.worth_each", { number: number(found.profit / found.placed, 2) })));
  redrawn("notes", ...notes.map((text) => make("li", {}, text)));
  document.getElementById("status").textContent = said("dashboard.status",
    { number: number(found.rows), share: percent(found.rows / DATA.applications), bad: percent(found.badRate) });
}

function beside(value) {
  return said("dashboard.beside", { value: percent(value) });
}

function figuresSection() {
  return section(2, "figures", make("dl", { id: "facts" }), make("ul", { id: "notes" }),
    make("p", { id: "status", role: "status", class: "unseen" }), make("div", { id: "calibration" }),
    make("div", { id: "beside" }));
}

// One line for each value of the column that is compared.
function comparedOf(here, all, cut) {
  const whole = here.reduce((sum, one) => sum + added(one, "rows", ANY, ANY), 0);
  return here.map((tally, code) => {
    const found = figuresOf(tally, cut), before = added(all[code], "rows", ANY, ANY) / DATA.applications;
    return { ...found, code, share: found.rows / whole, before };
  });
}

function drawCompared(found) {
  const column = DATA.columns[state.compare], size = sizeOf(column);
  const name = (code) => (code === size ? named(said("dashboard.withheld"), true) : nameOf(column, code));
  const order = [...codesOf(column), size].map((code) => found[code]);
  const lines = order.filter((one) => one.rows || (one.before && one.code < size)).map((one) => make("tr", {},
    make("th", { scope: "row" }, name(one.code)),
    make("td", { class: "n" }, number(one.rows)), make("td", { class: "n" }, percent(one.share), bar(one.share)),
    ...[points(one.share - one.before), percent(one.approval), percent(one.badRate), percent(one.predictedKnown)]
      .map((text) => make("td", { class: "n" }, text))));
  const heads = ["value", "size", "share_head", "change", "approval", "bad_rate", "predicted"].map((name, at) =>
    make("th", { scope: "col", class: at ? "n" : null }, said(`dashboard.${name}`)));
  redrawn("compared",
    make("caption", {}, make("span", {}, said("dashboard.compare_caption"))),
    make("thead", {}, make("tr", {}, heads)), make("tbody", {}, lines));
  const ratio = impactOf(found.filter((one) => one.code && one.code < size));
  document.getElementById("impact").textContent = Number.isFinite(ratio)
    ? said(ratio < 0.8 ? "dashboard.impact_low" : "dashboard.impact", { ratio: number(ratio, 2) }) : "";
}

// By every protected column at once, who is approved least and most at the cut-off.
function drawFairness(inside) {
  const lines = DATA.columns.flatMap((column, place) => {
    const found = column.protected ? extremesOf(approvalBy(CUBE, inside, place, state.cut)) : null;
    if (!found) return [];
    const cell = ({ code, approval }) => make("td", {}, nameOf(column, code), " ", percent(approval));
    const ratio = Number.isFinite(found.ratio) && found.ratio < 0.8
      ? said("dashboard.fair_low", { ratio: number(found.ratio, 2) }) : number(found.ratio, 2);
    return [make("tr", {}, make("th", { scope: "row" }, named(column.name)), cell(found.lowest),
      cell(found.highest), make("td", { class: "n" }, ratio))];
  });
  const heads = ["characteristic", "lowest", "highest", "ratio"].map((name) =>
    make("th", { scope: "col", class: name === "ratio" ? "n" : null }, said(`dashboard.${name}`)));
  redrawn("fairness", ...(lines.length ? [make("table", {},
    make("caption", {}, make("span", {}, said("dashboard.fairness"))), make("thead", {}, make("tr", {}, heads)), make("tbody", {}, lines))] : []));
}

function compareSection() {
  const options = DATA.columns.map((column, place) =>
    make("option", { value: String(place), selected: place === state.compare || null }, column.name));
  const select = make("select", { id: "compare-by", onchange: (event) => {
    state.compare = Number(event.target.value);
    changed();
  } }, options);
  return section(3, "compare",
    make("label", { for: "compare-by" }, said("dashboard.compare_by"), " ", select),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": said("dashboard.compare_caption") },
      make("table", { id: "compared" })),
    make("p", { id: "impact", class: "strong" }),
    make("div", { id: "fairness", class: "scroll", tabindex: "0", role: "region", "aria-label": said("dashboard.fairness") }));
}
