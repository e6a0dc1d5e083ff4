// How many known outcomes each arm of a test needs: Fisher's exact test, its power summed over all outcomes.

const MOST_OF_AN_ARM = 200000, TAIL = 1e-9;

// The outcomes that are not left out of the sums, and their chances.
function likely({ low, chances }) {
  let first = 0, below = chances[0];
  while (below < TAIL) below += chances[++first];
  let last = chances.length - 1, above = 0;
  while (above + chances[last] <= TAIL) above += chances[last--];
  return { low: low + first, chances: chances.subarray(first, last + 1) };
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
  const first = likely(binomial(n, base)), second = likely(binomial(n, other));
  const least = first.low + second.low, many = second.chances.length;
  const bounds = new Int32Array(first.chances.length + many - 1);
  for (let at = 0; at < bounds.length; at++) bounds[at] = lowerBound(n, least + at, level / 2);
  let found = 0;
  for (let x = 0; x < first.chances.length; x++) {
    let outside = 0;
    for (let y = 0; y < many; y++) {
      const bound = bounds[x + y];
      if (first.low + x <= bound || second.low + y <= bound) outside += second.chances[y];
    }
    found += first.chances[x] * outside;
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
