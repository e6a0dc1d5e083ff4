// What the sums of a segment say.

const OUTCOME_KNOWN = (state) => state < 6 && state % 2 === 1;
const DECISION = (state) => (state < 6 ? Math.floor(state / 2) : 0);
const DECLINED = 1, APPROVED = 2;

function added(tally, which, states, bands) {
  const sums = tally.sums[SUMS.indexOf(which)];
  let sum = 0;
  for (let band = 0; band < tally.bands; band++) {
    if (!bands(band)) continue;
    for (let state = 0; state < STATES; state++) if (states(state)) sum += sums[state * tally.bands + band];
  }
  return sum;
}

const ANY = () => true;
const scoredIn = (tally) => (band) => band > 0 && band < tally.bands - 1;
const passing = (tally, cut) => (band) => band > cut && band < tally.bands - 1;

// Bads among some: counted where the outcome is known, expected where it is not.
function badsOf(tally, states, bands) {
  return added(tally, "bads", (one) => states(one) && OUTCOME_KNOWN(one), bands) +
    added(tally, "predicted", (one) => states(one) && !OUTCOME_KNOWN(one), bands);
}

function figuresOf(tally, cut) {
  const scored = scoredIn(tally), over = passing(tally, cut);
  const rows = added(tally, "rows", ANY, ANY), placed = added(tally, "rows", ANY, (band) => band < tally.bands - 1);
  const known = added(tally, "rows", OUTCOME_KNOWN, ANY), bads = added(tally, "bads", OUTCOME_KNOWN, ANY);
  const judged = added(tally, "rows", OUTCOME_KNOWN, scored);
  const decided = added(tally, "rows", (one) => DECISION(one) > 0, ANY);
  const approved = added(tally, "rows", ANY, over);
  const spread = added(tally, "spread", OUTCOME_KNOWN, scored);
  const expected = added(tally, "predicted", OUTCOME_KNOWN, scored);
  const found = added(tally, "bads", OUTCOME_KNOWN, scored);
  return {
    rows, placed, known, judged, bads, maybe: tally.maybe, open: tally.open,
    unscored: added(tally, "rows", ANY, (band) => band === 0), unplaced: rows - placed,
    badRate: bads / known,
    predicted: added(tally, "predicted", ANY, scored) / added(tally, "rows", ANY, scored),
    predictedKnown: expected / judged, observed: found / judged, apart: (found - expected) / Math.sqrt(spread),
    approvedBefore: added(tally, "rows", (one) => DECISION(one) === APPROVED, ANY) / decided,
    approval: approved / placed, approved, badRateAtCut: badsOf(tally, ANY, over) / approved,
    profit: profitOf(tally, over), amount: added(tally, "amount", ANY, ANY),
  };
}

function profitOf(tally, bands) {
  const { gain, loss } = state;
  const bad = DATA.money ? added(tally, "amount_bad", ANY, bands) : badsOf(tally, ANY, bands);
  return gain * (added(tally, DATA.money ? "amount" : "rows", ANY, bands) - bad) - loss * bad;
}

// One point for each cut-off, from nobody to everybody.
function curveOf(tally) {
  const placed = added(tally, "rows", ANY, (band) => band < tally.bands - 1), points = [];
  let rows = 0, bads = 0, profit = 0;
  for (let cut = tally.bands - 2; cut >= 0; cut--) {
    points.push({ cut, approval: rows / placed, badRate: bads / rows, profit });
    const here = (band) => band === cut;
    rows += added(tally, "rows", ANY, here);
    bads += badsOf(tally, ANY, here);
    profit += profitOf(tally, here);
  }
  return points;
}

// Who was approved before and who would be now.
function swapsOf(tally, cut) {
  const over = passing(tally, cut), under = (band) => band <= cut;
  const cell = (decision, bands) => {
    const states = (one) => DECISION(one) === decision;
    const rows = added(tally, "rows", states, bands);
    return { rows, badRate: badsOf(tally, states, (band) => bands(band) && band > 0) /
      added(tally, "rows", states, (band) => bands(band) && band > 0) };
  };
  return { kept: cell(APPROVED, over), out: cell(APPROVED, under), in: cell(DECLINED, over),
    left: cell(DECLINED, under) };
}

// Predicted and observed by bands of the score, each of at least thirty known outcomes.
function calibrationOf(tally) {
  const points = [];
  let rows = 0, predicted = 0, bads = 0;
  for (let band = 1; band < tally.bands - 1; band++) {
    const here = (one) => one === band;
    rows += added(tally, "rows", OUTCOME_KNOWN, here);
    predicted += added(tally, "predicted", OUTCOME_KNOWN, here);
    bads += added(tally, "bads", OUTCOME_KNOWN, here);
    if (rows >= 30) {
      points.push({ predicted: predicted / rows, observed: bads / rows, rows, interval: jeffreys(bads, rows) });
      rows = predicted = bads = 0;
    }
  }
  return points;
}

// Lowest approval of a value by the highest, over values of at least thirty rows.
function impactOf(found) {
  const shares = found.filter((one) => one.rows >= 30).map((one) => one.approval);
  const highest = Math.max(...shares);
  return shares.length > 1 && highest > 0 ? Math.min(...shares) / highest : NaN;
}

// Approval of each value of a column among the cells inside, of whom the score is known here.
function approvalBy(cube, found, column, cut) {
  const size = sizeOf(cube.columns[column]), codes = cube.codes[column], last = cube.bands - 1, many = SUMS.length;
  const rows = new Float64Array(size + 1), approved = new Float64Array(size + 1);
  for (let cell = 0; cell < cube.count; cell++) {
    const band = cube.slots[cell] % cube.bands;
    if (found[cell] !== YES || band === last) continue;
    const code = Math.min(codes[cell], size), here = cube.sums[cell * many];
    rows[code] += here;
    if (band > cut) approved[code] += here;
  }
  return Array.from({ length: size }, (_, code) => ({ code, rows: rows[code], approval: approved[code] / rows[code] }));
}

// Of a protected column the values approved least and most, of those with thirty rows; nothing where there is one.
function extremesOf(found) {
  const some = found.filter((one) => one.code && one.rows >= 30);
  if (some.length < 2) return null;
  const order = some.sort((a, b) => a.approval - b.approval), lowest = order[0], highest = order[order.length - 1];
  return { lowest, highest, ratio: highest.approval > 0 ? lowest.approval / highest.approval : NaN };
}
