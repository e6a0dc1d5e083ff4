// The page: made once for each language, drawn anew after each change.

function changed() {
  const column = DATA.columns.length ? state.compare : null;
  const inside = truths(CUBE, state.groups);
  state.tally = tallied(CUBE, inside, column);
  const figures = figuresOf(state.tally, state.cut), all = figuresOf(state.all, state.cut);
  drawFigures(figures, all);
  redrawn("calibration", calibrationChart(calibrationOf(state.tally)));
  drawBeside(meansBeside(CUBE, wholeBeside(CUBE, inside)), state.besideAll);
  if (column !== null) {
    drawCompared(comparedOf(state.tally.values, allBy(column), state.cut));
    drawFairness(inside);
  }
  drawCut(state.tally, figures);
  drawPlan();
  drawTake();
}

let CUBE = null;
const known = new Map();

function allBy(column) {
  if (!known.has(column)) known.set(column, tallied(CUBE, truths(CUBE, []), column).values);
  return known.get(column);
}

function languages() {
  const options = Object.keys(WORDS).map((one) =>
    make("option", { value: one, lang: WORDS[one].tag, selected: one === state.language || null }, WORDS[one].words["dashboard.language"]));
  return make("select", { id: "language", "aria-label": said("dashboard.languages"), onchange: (event) => {
    state.language = event.target.value;
    page();
    document.getElementById("language").focus();
  } }, options);
}

function page() {
  const { tag, direction, fonts } = WORDS[state.language], root = document.documentElement;
  root.lang = tag;
  root.dir = direction;
  root.style.setProperty("--fonts", fonts);
  const title = DATA.title || said("dashboard.title");
  document.title = title;
  const keys = make("input", { type: "checkbox", checked: state.keys, onchange: (event) => (state.keys = event.target.checked) });
  document.body.replaceChildren(
    make("a", { href: "#figures", class: "skip" }, said("page.skip")),
    make("header", {}, make("h1", {}, title), make("div", { class: "bits" }, languages(),
      make("label", {}, keys, " ", said("dashboard.keys")))),
    make("main", {}, DATA.columns.length ? whoSection() : null, make("div", { class: "seen" }, figuresSection(),
      DATA.columns.length ? compareSection() : null, cutSection(), planSection(), takeSection())),
    make("footer", {}, make("p", {}, said("dashboard.about",
      { number: number(DATA.applications), people: number(DATA.people), fewest: plain(DATA.fewest_people) })),
    make("p", {}, said("dashboard.about_cut"))));
  if (DATA.columns.length) drawGroups();
  changed();
}

const PARTS = ["language", "who", "figures", "compare", "cut", "plan", "take"];

// A number goes to a part of the page, to what is used first in it; Escape leaves a field, so that numbers go again.
function jump(event) {
  const writes = event.target.matches("input:not([type=checkbox]):not([type=range]), select");
  if (writes && event.key === "Escape") event.target.blur();
  if (!state.keys || writes || event.altKey || event.ctrlKey || event.metaKey || !/^[0-6]$/.test(event.key)) return;
  const part = document.getElementById(PARTS[Number(event.key)]);
  if (!part) return;
  event.preventDefault();
  const first = part.querySelector("button.main:not([disabled])") ||
    part.querySelector("button:not([disabled]), input, select") || part.querySelector("h2") || part;
  first.focus();
  if (first.matches("input[type=number]")) first.select();
  part.scrollIntoView({ block: "start" });
}

async function begin() {
  DATA = JSON.parse(document.getElementById("data").textContent);
  WORDS = JSON.parse(document.getElementById("words").textContent);
  CUBE = await cubeOf(DATA);
  const edges = DATA.score.edges, before = DATA.policy ? edges.indexOf(DATA.policy.cutoff) + 1 : 0;
  Object.assign(state, {
    language: DATA.language, groups: [[]], cut: before || Math.ceil(edges.length / 2), compare: 0, keys: true, only: false,
    gain: DATA.money ? 0.1 : 1, loss: DATA.money ? 0.6 : 10, name: "segment", refresh: "1d",
    plan: { base: 0.1, other: 0.06, level: 0.05, power: 0.8, smaller: 0.5, per_day: 10, window_days: 90 },
  });
  const everybody = truths(CUBE, []);
  state.all = tallied(CUBE, everybody);
  state.besideAll = meansBeside(CUBE, wholeBeside(CUBE, everybody));
  page();
  document.addEventListener("keydown", jump);
}

begin();
