// A model, from features to its reasons: what the library does, in the same order of additions.

const SPLIT = 7, TOP = 0, ABOVE = 1, MEMBERS = 2, MEMBERS_OF_A_TABLE = 3;

const INFINITE = { inf: Infinity, "-inf": -Infinity };

function read(value) {
  if (typeof value === "number") return value;
  return value === null ? NaN : INFINITE[value];
}

function modelOf(data) {
  const trees = data.trees, tables = data.tables, reasons = data.reasons;
  const most = Math.max(0, ...tables.first_splits.slice(1).map((stop, k) => stop - tables.first_splits[k]));
  return {
    data,
    thresholds: Float64Array.from(trees.thresholds, read),
    nodes: Int32Array.from(trees.nodes),
    signs: Int8Array.from(trees.signs),
    splits: Int32Array.from(tables.splits),
    columns: Int32Array.from(tables.columns),
    groups: Int32Array.from(tables.groups),
    sets: trees.sets.map((one) => new Set(one)),
    labels: Object.entries(trees.categories).map(([column, labels]) => [Number(column), labels]),
    typical: reasons.typical && Float64Array.from(reasons.typical, read),
    table: Float64Array.from(tables.table),
    outcomes: new Uint8Array(most + 1),
    masks: new Uint32Array(most + 1),
    spare: most,
  };
}

// Signed features turned round, labels as the codes that the trees know.
function encoded(model, row) {
  const found = new Float64Array(row.length);
  for (let column = 0; column < row.length; column++) found[column] = model.signs[column] < 0 ? -row[column] : row[column];
  for (const [column, labels] of model.labels) {
    const at = labels.indexOf(row[column]);
    found[column] = at < 0 ? labels.length : at;
  }
  return found;
}

function goesLeft(model, values, node) {
  const value = values[model.nodes[4 * node]], decision = model.nodes[4 * node + 1];
  const { categorical, missingLeft, zeroMissing, zero } = model.data.trees.marks;
  if (decision & categorical) return model.sets[model.thresholds[node]].has(value);
  const missing = Number.isNaN(value) || (decision & zeroMissing && Math.abs(value) <= zero);
  return missing ? (decision & missingLeft) !== 0 : value <= model.thresholds[node];
}

function lineOf(model, row) {
  const cells = model.data.cells;
  if (!cells) return model.data.line;
  const there = cells.groups.filter(([, columns]) => columns.some((column) => !Number.isNaN(row[column])));
  return cells.lines[there.map(([name]) => name).join("+")] || cells.common;
}

function logOdds(model, row) {
  const values = encoded(model, row), { roots, leaves } = model.data.trees;
  let raw = 0;
  for (const root of roots) {
    let at = root;
    while (at >= 0) at = model.nodes[4 * at + (goesLeft(model, values, at) ? 2 : 3)];
    raw += leaves[~at];
  }
  const [slope, intercept] = lineOf(model, row);
  return slope * raw + intercept;
}

// What each feature adds to the log-odds: a table for each few splits, read at what a row meets above them.
function contributions(model, row) {
  const values = encoded(model, row), tables = model.data.tables, found = new Float64Array(row.length);
  const { outcomes, masks, spare } = model;
  for (let tree = 0; tree + 1 < tables.first_splits.length; tree++) {
    const first = tables.first_splits[tree], count = tables.first_splits[tree + 1] - first;
    masks[0] = 0xffffffff;
    for (let split = 0; split < count; split++) {
      const left = goesLeft(model, values, first + split), met = masks[split], at = SPLIT * (first + split);
      const bit = model.splits[at + 4], leftSlot = model.splits[at + 5], rightSlot = model.splits[at + 6];
      outcomes[split] = left ? 1 : 0;
      masks[Math.min(leftSlot, spare)] = left ? met : met & ~(1 << bit);
      masks[Math.min(rightSlot, spare)] = left ? met & ~(1 << bit) : met;
    }
    outcomes[spare] = 0;
    for (let group = tables.first_groups[tree]; group < tables.first_groups[tree + 1]; group++) addTable(model, group, found);
  }
  const [slope] = lineOf(model, row);
  return found.map((one) => slope * one);
}

function addTable(model, group, found) {
  const tables = model.data.tables, at = tables.per_group * group, above = model.groups[at + ABOVE];
  let key = (model.masks[model.groups[at + TOP]] & ((1 << above) - 1)) >>> 0;
  for (let position = 0; position < MEMBERS_OF_A_TABLE; position++) {
    const member = model.groups[at + MEMBERS + position];
    if (member < model.spare) key |= model.outcomes[member] << (above + position);
  }
  const width = model.groups[at + MEMBERS + MEMBERS_OF_A_TABLE], start = tables.starts[group] + key * width;
  for (let column = 0; column < width; column++) {
    found[model.columns[tables.widest * group + column]] += model.table[start + column];
  }
}

function scoreOf(scale, risk) {
  const points = scale.offset - scale.factor * risk, low = Math.floor(points), part = points - low;
  const rounded = part < 0.5 || (part === 0.5 && low % 2 === 0) ? low : low + 1;
  return Math.min(Math.max(rounded, scale.minimum), scale.maximum);
}

function probabilityOf(risk) {
  const small = Math.exp(-Math.abs(risk));
  return (risk >= 0 ? 1 : small) / (1 + small);
}

function gradeOf(scale, chance) {
  const at = scale.bounds.findIndex((bound) => chance < bound);
  return scale.labels[at < 0 ? scale.labels.length - 1 : at];
}

function hasMinimum(model, row, known) {
  const { application, read: columns, known_share: share } = model.data;
  if (!known && application.every((column) => Number.isNaN(row[column]))) return false;
  if (share === null) return true;
  return columns.filter((column) => !Number.isNaN(row[column])).length >= share * columns.length;
}

// Of whom anything but the application is known, where nobody says it.
function knownByFeatures(model, row) {
  const { own, coverage } = model.data.reasons;
  return row.some((value, column) => (coverage[column] ? value > 0 : !own[column] && !Number.isNaN(value)));
}

function scored(model, row, known = knownByFeatures(model, row), unread = []) {
  if (!hasMinimum(model, row, known)) return { status: "unscorable", reasons: [] };
  const risk = logOdds(model, row), chance = probabilityOf(risk), scale = model.data.scale;
  return {
    status: "scored",
    log_odds: risk,
    probability_of_default: chance,
    score: scoreOf(scale, risk),
    grade: gradeOf(scale, chance),
    reasons: reasonsOf(model, row, risk, new Set(unread)),
  };
}
