// A cut-off and what it does; a small test; what is taken away as files.

function cutoffOf(cut) {
  if (cut === 0) return -Infinity;
  return cut > DATA.score.edges.length ? Infinity : DATA.score.edges[cut - 1];
}

function cutText(cut) {
  const cutoff = cutoffOf(cut);
  if (Number.isFinite(cutoff)) return said("dashboard.cut_at", { number: plain(cutoff) });
  return said(cut ? "dashboard.cut_nobody" : "dashboard.cut_everybody");
}

function input(name, kind, attributes, use) {
  return make("label", { class: "field" }, make("span", {}, said(`dashboard.${name}`)),
    make("input", { type: kind, id: name, ...attributes, oninput: (event) => {
      use(kind === "text" ? event.target.value : event.target.valueAsNumber);
      changed();
    } }));
}

function cutSection() {
  const most = DATA.score.edges.length + 1;
  const slider = make("input", { type: "range", id: "cutoff", min: 0, max: most, step: 1, oninput: (event) => {
    state.cut = event.target.valueAsNumber;
    changed();
  } });
  slider.value = state.cut;
  const money = DATA.money ? ["gain_share", "loss_share"] : ["gain", "loss"];
  return section(4, "cut",
    make("label", { for: "cutoff" }, said("dashboard.cutoff"), " ", make("output", { id: "cut-text", for: "cutoff" })),
    slider, DATA.against ? make("p", { class: "strong" }, said("dashboard.against")) : null,
    make("div", { class: "bits" },
      input(money[0], "number", { min: 0, step: "any", value: state.gain }, (value) => (state.gain = value)),
      input(money[1], "number", { min: 0, step: "any", value: state.loss }, (value) => (state.loss = value))),
    make("dl", { id: "cut-facts" }), make("div", { class: "charts", id: "curves" }),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": said("dashboard.swaps") },
      make("table", { id: "swaps" })));
}

function drawCut(tally, found) {
  const text = cutText(state.cut), slider = document.getElementById("cutoff");
  slider.setAttribute("aria-valuetext", text);
  document.getElementById("cut-text").textContent = text;
  redrawn("cut-facts",
    fact(said("dashboard.approval"), percent(found.approval), number(found.approved)),
    fact(said("dashboard.bad_rate_at_cut"), percent(found.badRateAtCut, 2), said("dashboard.expected")),
    fact(said("dashboard.profit"), number(found.profit)));
  const curve = curveOf(tally);
  redrawn("curves",
    curveChart(curve, state.cut, "badRate", said("dashboard.curve_bad"), (one) => percent(one, 0)),
    curveChart(curve, state.cut, "profit", said("dashboard.curve_profit"), compact));
  const swaps = swapsOf(tally, state.cut), some = Object.values(swaps).some((one) => one.rows);
  const lines = Object.entries(swaps).map(([name, one]) => make("tr", {},
    make("th", { scope: "row" }, said(`dashboard.swap_${name}`)), make("td", { class: "n" }, number(one.rows)),
    make("td", { class: "n" }, percent(one.badRate, 2))));
  redrawn("swaps", ...(some ? [
    make("caption", {}, make("span", {}, said("dashboard.swaps"))),
    make("thead", {}, make("tr", {}, ["swap", "size", "bad_rate_expected"].map((name, at) =>
      make("th", { scope: "col", class: at ? "n" : null }, said(`dashboard.${name}`))))),
    make("tbody", {}, lines)] : []));
}

function compact(value) {
  return written(value, { notation: "compact", maximumFractionDigits: 1 });
}

function planSection() {
  const share = (name) => input(name, "number", { min: 0.01, max: 99.99, step: "any", value: 100 * state.plan[name] },
    (value) => (state.plan[name] = Number((value / 100).toPrecision(12))));
  const days = (name, least) => input(name, "number", { min: least, step: "any", value: state.plan[name] },
    (value) => (state.plan[name] = value));
  return section(5, "plan", make("p", { class: "note" }, said("dashboard.plan_help")),
    make("div", { class: "fields" }, share("base"), share("other"), share("level"), share("power"),
      share("smaller"), days("per_day", 0), days("window_days", 0)),
    make("button", { type: "button", onclick: () => {
      const rate = figuresOf(state.tally, state.cut).badRateAtCut;
      if (!(rate > 0 && rate < 1)) return;
      for (const [name, value] of [["base", rate], ["other", (rate * 2) / 3]]) {
        state.plan[name] = Number(value.toFixed(4));
        document.getElementById(name).value = Number((100 * state.plan[name]).toPrecision(6));
      }
      changed();
    } }, said("dashboard.base_from_segment")),
    make("p", { id: "planned", role: "status", class: "strong" }));
}

function plannedOf() {
  const { base, other, level, power } = state.plan, key = [base, other, level, power].join(" ");
  if (state.planKey !== key) {
    state.planKey = key;
    state.planned = perArm(base, other, level, power);
  }
  return state.planned;
}

function drawPlan() {
  const size = plannedOf(), { smaller, per_day, window_days } = state.plan;
  const timed = per_day > 0 && smaller > 0 && smaller <= 0.5 && window_days >= 0;
  document.getElementById("planned").textContent = size === null ? said("dashboard.no_plan")
    : said("dashboard.planned", { number: number(size), both: number(2 * size) }) +
      (timed ? " " + said("dashboard.lasts", { days: number(Math.ceil(planDays(size, per_day, smaller, window_days))) }) : "");
  document.getElementById("take-plan").disabled = size === null;
}
