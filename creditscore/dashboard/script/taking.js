// Files: a segment, a policy and a plan as the library reads them back.

const REFRESH = ["1h", "6h", "12h", "1d", "7d", "14d", "1m", "3m"];
const UNITS = { h: "hours", d: "days", m: "months" };
const MOST_CHARACTERS = 4000;

function saved(name, content) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2) + "\n"], { type: "application/json" }));
  const link = make("a", { href: address, download: `${name}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  document.getElementById("taken").textContent = said("dashboard.taken", { file: `${name}.json` });
}

function policyFile() {
  const cutoff = cutoffOf(state.cut), before = DATA.policy;
  const fresh = { name: state.name, version: "1", cutoff, refer_below: null, rules: [] };
  if (!before) return fresh;
  const version = `${before.version}+${state.name}`;
  if (state.only) {
    const where = whereText(state.groups, DATA.columns);
    const own = { segment: { name: state.name, where, refresh: state.refresh }, cutoff, refer_below: null };
    return { ...before, version, strategy: { ...before.strategy, cutoffs: [own, ...before.strategy.cutoffs] } };
  }
  const refer = before.refer_below === null ? null : Math.max(before.refer_below, cutoff);
  return { ...before, version, cutoff, refer_below: refer };
}

// Whether a cut-off of their own may be made for those who are meant: never by a protected characteristic.
function mayDiffer(where) {
  const columns = asked(state.groups).flat().map((one) => DATA.columns[one.column]);
  const names = DATA.policy.strategy.cutoffs.map((one) => one.segment.name);
  return where && !columns.some((one) => one.protected) && !names.includes(state.name);
}

function onlyBox() {
  if (!DATA.policy || !DATA.policy.strategy) return null;
  const box = make("input", { type: "checkbox", id: "only", checked: state.only, onchange: (event) => {
    state.only = event.target.checked;
    changed();
  } });
  return make("p", {}, make("label", {}, box, " ", said("dashboard.only")));
}

function takeSection() {
  const options = REFRESH.map((one) => make("option", { value: one, selected: one === state.refresh || null },
    said(`dashboard.${UNITS[one.at(-1)]}`, { number: plain(parseInt(one, 10)) })));
  const button = (id, file) => make("button", { type: "button", id, class: "main", onclick: file }, said(`dashboard.${id.replace("-", "_")}`));
  return section(6, "take",
    make("div", { class: "bits" },
      input("name", "text", { value: state.name, pattern: "[A-Za-z_][A-Za-z0-9_]{0,99}", autocomplete: "off", spellcheck: "false" },
        (value) => (state.name = value)),
      make("label", { class: "field" }, make("span", {}, said("dashboard.refresh")),
        make("select", { id: "refresh", onchange: (event) => (state.refresh = event.target.value) }, options))),
    onlyBox(), make("div", { class: "bits" },
      button("take-segment", () => saved(state.name, segmentFile(state.name, whereText(state.groups, DATA.columns), state.refresh))),
      button("take-policy", () => saved(`${state.name}-policy`, policyFile())),
      button("take-plan", () => saved(`${state.name}-plan`,
        planFile(state.plan.base, state.plan.other, state.plan.level, state.plan.power, plannedOf())))),
    make("p", { class: "note" }, said("dashboard.condition")), make("pre", { id: "where", dir: "ltr", tabindex: "0" }),
    make("p", { id: "too-long", role: "status", class: "strong" }),
    make("p", { id: "taken", role: "status" }));
}

function drawTake() {
  const where = whereText(state.groups, DATA.columns), named = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(state.name);
  document.getElementById("where").textContent = where || said("dashboard.everybody");
  const long = where.length > MOST_CHARACTERS;
  document.getElementById("too-long").textContent = long ? said("dashboard.too_long", { number: number(MOST_CHARACTERS) }) : "";
  document.getElementById("take-segment").disabled = !named || !where || long;
  document.getElementById("take-policy").disabled = !named || !Number.isFinite(cutoffOf(state.cut)) ||
    (state.only && (long || !mayDiffer(where)));
  if (!named) document.getElementById("take-plan").disabled = true;
}
