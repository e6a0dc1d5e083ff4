// How many known outcomes each arm of a test needs: Fisher's exact test, its power summed over all outcomes.

const MOST_OF_AN_ARM = 200000, TAIL = 1e-9;

function likely(chances) {
  let low = 0, below = chances[0];
  while (below < TAIL) below += chances[++low];
  let high = chances.length - 1, above = 0;
  while (above + chances[high] <= TAIL) above += chances[high--];
  return [low, high];
}

// The largest count that the first arm holds with a chance of at most `tail`, or one below the least.
function lowerBound(n, total, tail) {
  const { low, chances } = hypergeometric(n, total);
  let below = 0;
  for (let at = 0; at < chances.length; at++) {
    below += chances[at];
    if (below > tail) return low + at - 1;
  }
  return low + chances.length - 1;
}

function exactPower(n, base, other, level) {
  const first = binomial(n, base), second = binomial(n, other);
  const [x0, x1] = likely(first), [y0, y1] = likely(second);
  const bounds = new Int32Array(x1 + y1 - x0 - y0 + 1);
  for (let at = 0; at < bounds.length; at++) bounds[at] = lowerBound(n, x0 + y0 + at, level / 2);
  let found = 0;
  for (let x = x0; x <= x1; x++) {
    let outside = 0;
    for (let y = y0; y <= y1; y++) {
      const bound = bounds[x + y - x0 - y0];
      if (x <= bound || y <= bound) outside += second[y];
    }
    found += first[x] * outside;
  }
  return found;
}

function guessed(base, other, level, power) {
  const mean = (base + other) / 2;
  const reach = quantile(1 - level / 2) + quantile(power);
  return 2 * mean * (1 - mean) * (reach / (base - other)) ** 2;
}

// As outcomes are whole numbers power rises in saw teeth: go on to where it stays.
function steady(start, enough) {
  let size = start;
  const step = Math.max(1, Math.floor(size / 50));
  for (;;) {
    let short = 0;
    for (let n = size; n < size + Math.floor(size / 4) + 2; n += step) if (!enough(n)) short = n;
    if (!short) return size;
    size = short + 1;
    while (!enough(size)) size++;
  }
}

// The smallest arms, or nothing where the shares ask for more than can be planned.
function perArm(base, other, level, power) {
  const sensible = [base, other, power].every((one) => one > 0 && one < 1) && level > 0 && level < 0.5;
  if (!sensible || base === other || power <= level) return null;
  const guess = guessed(base, other, level, power);
  if (!(guess <= MOST_OF_AN_ARM)) return null;
  const known = new Map();
  const enough = (n) => {
    if (!known.has(n)) known.set(n, exactPower(n, base, other, level) >= power);
    return known.get(n);
  };
  let low = 1, high = Math.max(4, Math.floor(1.5 * guess) + 20);
  while (!enough(high)) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return steady(high, enough);
}

function planFile(base, other, level, power, size) {
  return { schema: "creditscore.test-plan/1", base, other, level, power, per_arm: size };
}

// Days of the design that is read once: until the smaller arm is full, and its last outcome is known.
function planDays(size, perDay, share, windowDays) {
  return size / (perDay * share) + windowDays;
}
