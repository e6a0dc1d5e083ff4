// The cube: cells of at least so many people. A condition gives each cell one of four answers.

const WITHHELD = 255;
const SUMS = ["rows", "bads", "predicted", "spread", "amount", "amount_bad"];

// Sets of truths that a condition may have: true, unknown (a value is missing), false.
const YES = 1, OPEN = 2, NO = 4;

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function cubeOf(data) {
  const buffer = await unpacked(data.cells.packed);
  const count = data.cells.count;
  let place = 0;
  const bytes = () => new Uint8Array(buffer, (place += count) - count, count);
  const codes = data.cells.columns.map(bytes);
  place = Math.ceil(place / 8) * 8;
  const sums = SUMS.map(() => new Float64Array(buffer, (place += 8 * count) - 8 * count, count));
  return { count, state: codes[0], band: codes[1], codes: codes.slice(2), sums, columns: data.columns,
    edges: data.score.edges, rows: data.applications };
}

// All of several, over sets of truths: the least of each pair (Kleene 1938).
function both(first, second) {
  let found = 0;
  for (const one of [YES, OPEN, NO])
    for (const other of [YES, OPEN, NO])
      if (first & one && second & other) found |= Math.max(one, other);
  return found;
}

function turned(set) {
  return (set & OPEN) | (set & YES ? NO : 0) | (set & NO ? YES : 0);
}

const BOTH = new Uint8Array(64), TURNED = new Uint8Array(8);
for (let first = 0; first < 8; first++) {
  TURNED[first] = turned(first);
  for (let second = 0; second < 8; second++) BOTH[first * 8 + second] = both(first, second);
}

function sizeOf(column) {
  return column.values.length + (column.others || column.kind === "bands" ? 2 : 1);
}

// What a condition answers for each code of its column; a withheld value may be any of them.
function answers(condition, column) {
  const found = new Uint8Array(256), size = sizeOf(column);
  const named = condition.codes.some((code) => code > 0);
  let any = 0;
  for (let code = 0; code < size; code++) {
    let set = condition.codes.includes(code) ? YES : code === 0 && named ? OPEN : NO;
    if (condition.not) set = TURNED[set];
    found[code] = set;
    any |= set;
  }
  found[WITHHELD] = any;
  return found;
}

// Groups are joined by or, the conditions of a group by and; those that name nothing do not count.
function asked(groups) {
  return groups.map((group) => group.filter((one) => one.codes.length)).filter((group) => group.length);
}

function truths(cube, groups) {
  const found = new Uint8Array(cube.count);
  const wanted = asked(groups);
  if (!wanted.length) return found.fill(YES);
  found.fill(NO);
  const all = new Uint8Array(cube.count);
  for (const group of wanted) {
    all.fill(YES);
    for (const condition of group) {
      const codes = cube.codes[condition.column], table = answers(condition, cube.columns[condition.column]);
      for (let cell = 0; cell < cube.count; cell++) all[cell] = BOTH[all[cell] * 8 + table[codes[cell]]];
    }
    for (let cell = 0; cell < cube.count; cell++)
      found[cell] = TURNED[BOTH[TURNED[found[cell]] * 8 + TURNED[all[cell]]]];
  }
  return found;
}

const STATES = 7;

function emptyTally(cube) {
  const bands = cube.edges.length + 3;
  return { bands, sums: SUMS.map(() => new Float64Array(STATES * bands)), maybe: 0, open: 0 };
}

function slot(cube, tally, cell) {
  const state = Math.min(cube.state[cell], STATES - 1);
  return state * tally.bands + Math.min(cube.band[cell], tally.bands - 1);
}

// Sums of the cells inside by state and band; beside them how many rows may belong, and of how many it is open.
function tallied(cube, found) {
  const tally = emptyTally(cube);
  for (let cell = 0; cell < cube.count; cell++) {
    const set = found[cell];
    if (set === YES) {
      const place = slot(cube, tally, cell);
      for (let which = 0; which < SUMS.length; which++) tally.sums[which][place] += cube.sums[which][cell];
    } else if (set & YES) tally.maybe += cube.sums[0][cell];
    else if (set & OPEN) tally.open += cube.sums[0][cell];
  }
  return tally;
}

// The same for each value of a column, the withheld one last.
function talliedBy(cube, found, column) {
  const codes = cube.codes[column], size = sizeOf(cube.columns[column]);
  const tallies = Array.from({ length: size + 1 }, () => emptyTally(cube));
  for (let cell = 0; cell < cube.count; cell++) {
    if (found[cell] !== YES) continue;
    const tally = tallies[Math.min(codes[cell], size)], place = slot(cube, tally, cell);
    for (let which = 0; which < SUMS.length; which++) tally.sums[which][place] += cube.sums[which][cell];
  }
  return tallies;
}
