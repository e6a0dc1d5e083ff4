// Beside a segment: points that sources move, channels that are used, reasons that are given.

// Three parts, each with the applications of which it is known and so many sums for each of its names.
function partsBeside(shown) {
  const parts = [];
  let place = 0;
  for (const [name, each] of [["sources", 2], ["channels", 1], ["reasons", 1]]) {
    if (!shown[name].length) continue;
    parts.push({ name, each, place, names: shown[name] });
    place += 1 + each * shown[name].length;
  }
  return { parts, wide: place };
}

function besideCube(shown, buffer, place, count) {
  const { parts, wide } = partsBeside(shown), sums = new Int32Array(wide * count);
  for (let which = 0; which < wide; which++) {
    const column = new Int32Array(buffer, place + 4 * which * count, count);
    for (let cell = 0; cell < count; cell++) sums[cell * wide + which] = column[cell];
  }
  return { parts, wide, unit: shown.unit, sums, inside: new Uint8Array(count), whole: new Float64Array(wide) };
}

// Sums over the cells inside. They are whole numbers: what comes in or goes out is exact, so that alone is done.
function wholeBeside(cube, found) {
  const { wide, sums, inside, whole } = cube.beside;
  if (wide)
    for (let cell = 0; cell < cube.count; cell++) {
      const now = found[cell] === YES ? 1 : 0;
      if (now === inside[cell]) continue;
      inside[cell] = now;
      let from = cell * wide;
      if (now) for (let which = 0; which < wide; which++) whole[which] += sums[from++];
      else for (let which = 0; which < wide; which++) whole[which] -= sums[from++];
    }
  return whole.slice();
}

// Of each name a mean over those of whom it is known; of a source without its sign and with it.
function meansBeside(cube, whole) {
  return cube.beside.parts.map(({ name, each, place, names }) => {
    const known = whole[place] / cube.beside.unit;
    const means = names.map((_, at) => whole[place + 1 + each * at] / whole[place]);
    const turned = each > 1 ? names.map((_, at) => whole[place + 2 + each * at] / whole[place]) : means;
    const together = means.reduce((sum, one) => sum + one, 0);
    return { name, names, known, means, turned, shares: each > 1 ? means.map((one) => one / together) : means };
  });
}

function nameBeside(part, name) {
  const words = WORDS[state.language][part], ours = Object.hasOwn(words, name);
  return named(ours ? words[name] : name, ours);
}

// Highest first, by what everybody has, so that lines keep their places while the segment changes.
function drawBeside(here, all) {
  redrawn("beside", ...here.map((part, at) => {
    const every = all[at], source = part.name === "sources";
    const order = part.names.map((_, place) => place).sort((a, b) => every.means[b] - every.means[a]);
    const lines = order.map((place) => make("tr", {},
      make("th", { scope: "row" }, nameBeside(part.name, part.names[place])),
      make("td", { class: "n" }, source ? number(part.means[place], 1) : percent(part.means[place]), bar(part.shares[place])),
      source ? [number(every.means[place], 1), signed(part.turned[place])].map((text) => make("td", { class: "n" }, text))
        : make("td", { class: "n" }, points(part.means[place] - every.means[place]))));
    const heads = { sources: ["source", "moved", "moved_all", "turned"], channels: ["channel", "share_head", "change"],
      reasons: ["reason", "share_head", "change"] }[part.name];
    return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": said(`dashboard.beside_${part.name}`) },
      make("table", { id: `beside-${part.name}` },
        make("caption", {}, said(`dashboard.beside_${part.name}`), " ",
          make("small", {}, said(`dashboard.known_${part.name}`, { number: number(part.known) }))),
        make("thead", {}, make("tr", {}, heads.map((name, place) =>
          make("th", { scope: "col", class: place ? "n" : null }, said(`dashboard.${name}`))))),
        make("tbody", {}, lines)));
  }));
}
