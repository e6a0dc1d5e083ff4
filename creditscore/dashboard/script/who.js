// Who is meant: columns are clicked, dragged or chosen by key; values are ticked.

// Arrow keys, Home, End and first letters move between the controls of a row, which is one stop for Tab.
function roving(box) {
  const controls = [...box.querySelectorAll("button, input")];
  controls.forEach((one, at) => (one.tabIndex = at ? -1 : 0));
  box.addEventListener("focusin", (event) =>
    controls.forEach((one) => (one.tabIndex = one === event.target ? 0 : -1)));
  box.addEventListener("keydown", (event) => {
    const all = controls, at = all.indexOf(document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const forth = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forth === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const moves = { [forth]: at + 1, ArrowDown: at + 1, [back]: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    let to = moves[event.key];
    if (to === undefined && /^\p{L}$/u.test(event.key)) {
      const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      const next = order.find((one) =>
        (one.closest("label") || one).textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
      to = next ? all.indexOf(next) : undefined;
    }
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  });
  return box;
}

function addCondition(group, column) {
  const condition = { column, codes: [], not: false };
  state.groups[group].push(condition);
  drawGroups();
  const card = document.querySelector(`[data-group="${group}"] fieldset:last-of-type`);
  card.querySelector(".chips input").focus();
  changed();
}

function palette() {
  const buttons = DATA.columns.map((column, place) =>
    make("button", {
      type: "button", draggable: "true", class: "column", "data-column": place,
      onclick: () => addCondition(state.groups.length - 1, place),
      ondragstart: (event) => event.dataTransfer.setData("text/plain", String(place)),
    }, column.name));
  return roving(make("div", { class: "palette", role: "toolbar", "aria-label": said("dashboard.columns") }, buttons));
}

function chip(condition, column, code) {
  const tick = make("input", {
    type: "checkbox", checked: condition.codes.includes(code),
    onchange: (event) => {
      condition.codes = condition.codes.filter((one) => one !== code).concat(event.target.checked ? [code] : []);
      changed();
    },
  });
  return make("label", { class: "chip" }, tick, nameOf(column, code));
}

function card(group, place) {
  const condition = state.groups[group][place], column = DATA.columns[condition.column];
  const turn = make("input", { type: "checkbox", checked: condition.not, onchange: (event) => {
    condition.not = event.target.checked;
    changed();
  } });
  const remove = make("button", { type: "button", class: "remove", onclick: () => {
    state.groups[group].splice(place, 1);
    if (!state.groups[group].length && state.groups.length > 1) state.groups.splice(group, 1);
    drawGroups();
    document.querySelector(".palette button").focus();
    changed();
  } }, said("dashboard.remove"));
  return make("fieldset", {}, make("legend", {}, make("bdi", {}, column.name)),
    column.protected ? make("p", { class: "note" }, said("dashboard.protected")) : null,
    roving(make("div", { class: "chips" }, codesOf(column).map((code) => chip(condition, column, code)))),
    make("div", { class: "bits" }, make("label", {}, turn, " ", said("dashboard.not")), remove));
}

function groupBox(group) {
  const cards = state.groups[group].map((_, place) => card(group, place));
  return make("div", {
    class: "group", "data-group": group,
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => {
      event.preventDefault();
      const column = Number(event.dataTransfer.getData("text/plain"));
      if (Number.isInteger(column) && DATA.columns[column]) addCondition(group, column);
    },
  }, make("h3", {}, said(group ? "dashboard.or_all_of" : "dashboard.all_of")), cards,
  cards.length ? null : make("p", { class: "note" }, said("dashboard.drop_here")));
}

function drawGroups() {
  const more = make("button", { type: "button", onclick: () => {
    state.groups.push([]);
    drawGroups();
    document.querySelector(".palette button").focus();
  } }, said("dashboard.or"));
  const none = make("button", { type: "button", onclick: () => {
    state.groups = [[]];
    drawGroups();
    document.querySelector(".palette button").focus();
    changed();
  } }, said("dashboard.everybody"));
  document.getElementById("groups").replaceChildren(...state.groups.map((_, at) => groupBox(at)),
    make("div", { class: "bits" }, more, none));
}

function whoSection() {
  return section(1, "who", make("p", { class: "note" }, said("dashboard.who_help")), palette(),
    make("div", { id: "groups" }));
}
