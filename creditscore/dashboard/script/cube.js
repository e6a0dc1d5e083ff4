// The cube: cells of at least so many people. A condition gives each cell one of four answers.

const WITHHELD = 255;
const SUMS = ["rows", "bads", "predicted", "spread", "amount", "amount_bad"];
const STATES = 7;

// Sets of truths that a condition may have: true, unknown (a value is missing), false.
const YES = 1, OPEN = 2, NO = 4;

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  // No Blob and no Response: in a frame of no origin, as in a notebook, nothing may ever come out of them.
  const given = new ReadableStream({ start: (to) => { to.enqueue(packed); to.close(); } });
  const reader = given.pipeThrough(new DecompressionStream("deflate")).getReader(), parts = [];
  for (let read = await reader.read(); !read.done; read = await reader.read()) parts.push(read.value);
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let size = 0;
  for (const part of parts) whole.set(part, (size += part.length) - part.length);
  return whole.buffer;
}

async function cubeOf(data) {
  const buffer = await unpacked(data.cells.packed);
  const count = data.cells.count, edges = data.score.edges, bands = edges.length + 3;
  let place = 0;
  const bytes = () => new Uint8Array(buffer, (place += count) - count, count);
  const codes = data.cells.columns.map(bytes);
  place = Math.ceil(place / 8) * 8;
  const sums = SUMS.map(() => new Float64Array(buffer, (place += 8 * count) - 8 * count, count));
  const beside = besideCube(data.beside, buffer, place, count);
  // Where a cell adds up, and its sums side by side: both are read at every change.
  const slots = new Uint16Array(count), packed = new Float64Array(SUMS.length * count);
  for (let cell = 0; cell < count; cell++) {
    slots[cell] = Math.min(codes[0][cell], STATES - 1) * bands + Math.min(codes[1][cell], bands - 1);
    for (let which = 0; which < SUMS.length; which++) packed[cell * SUMS.length + which] = sums[which][cell];
  }
  return { count, bands, slots, sums: packed, beside, codes: codes.slice(2), columns: data.columns, edges };
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
  const found = new Uint8Array(cube.count), wanted = asked(groups);
  if (!wanted.length) return found.fill(YES);
  const all = wanted.length > 1 ? new Uint8Array(cube.count) : found;
  for (const group of wanted) {
    all.fill(YES);
    for (const condition of group) {
      const codes = cube.codes[condition.column], table = answers(condition, cube.columns[condition.column]);
      for (let cell = 0; cell < cube.count; cell++)
        if (all[cell] !== NO) all[cell] = BOTH[all[cell] * 8 + table[codes[cell]]];
    }
    if (all === found) return found;
    const first = group === wanted[0];
    for (let cell = 0; cell < cube.count; cell++)
      found[cell] = first ? all[cell] : TURNED[BOTH[TURNED[found[cell]] * 8 + TURNED[all[cell]]]];
  }
  return found;
}

function emptyTally(cube) {
  return { bands: cube.bands, sums: SUMS.map(() => new Float64Array(STATES * cube.bands)), maybe: 0, open: 0 };
}

// Sums of the cells inside by state and band, for each value of a column, the withheld one last; and of all of
// them, with how many rows may belong beside them and of how many it is open.
function tallied(cube, found, column = null) {
  const codes = column === null ? null : cube.codes[column];
  const size = column === null ? 0 : sizeOf(cube.columns[column]), wide = STATES * cube.bands, many = SUMS.length;
  const sums = new Float64Array((size + 1) * wide * many), tally = emptyTally(cube);
  for (let cell = 0; cell < cube.count; cell++) {
    const set = found[cell];
    if (set === YES) {
      let to = (cube.slots[cell] + (codes === null ? 0 : Math.min(codes[cell], size) * wide)) * many;
      for (let from = cell * many; from < (cell + 1) * many; from++) sums[to++] += cube.sums[from];
    } else if (set & YES) tally.maybe += cube.sums[cell * many];
    else if (set === OPEN) tally.open += cube.sums[cell * many];
  }
  tally.values = Array.from({ length: size + 1 }, (_, code) => {
    const one = emptyTally(cube);
    for (let slot = 0; slot < wide; slot++)
      for (let which = 0; which < many; which++) {
        const sum = sums[(code * wide + slot) * many + which];
        one.sums[which][slot] = sum;
        tally.sums[which][slot] += sum;
      }
    return one;
  });
  return tally;
}
