// Chances: binomial and hypergeometric, each from its mode outwards so that nothing is lost; Jeffreys' interval.

const NEGLIGIBLE = 1e-22;

// Chances around the mode, from the ratio of each to the one before it, as far as they are not negligible.
function fromMode(low, high, mode, ratio) {
  const above = [1], below = [];
  for (let k = mode + 1, chance = 1; k <= high && (chance *= ratio(k)) >= NEGLIGIBLE; k++) above.push(chance);
  for (let k = mode, chance = 1; k > low && (chance /= ratio(k)) >= NEGLIGIBLE; k--) below.push(chance);
  const chances = Float64Array.from([...below.reverse(), ...above]);
  let whole = 0;
  for (const one of chances) whole += one;
  for (let at = 0; at < chances.length; at++) chances[at] /= whole;
  return { low: mode - below.length, chances };
}

function binomial(size, share) {
  const mode = Math.min(size, Math.floor((size + 1) * share));
  return fromMode(0, size, mode, (k) => ((size - k + 1) / k) * (share / (1 - share)));
}

// Of 2n people with `total` bads, n are in the first arm: chances of its bads.
function hypergeometric(n, total) {
  const low = Math.max(0, total - n), high = Math.min(n, total);
  const mode = Math.min(high, Math.max(low, Math.floor(((n + 1) * (total + 1)) / (2 * n + 2))));
  return fromMode(low, high, mode, (k) => ((total - k + 1) / k) * ((n - k + 1) / (n - total + k)));
}

function lgamma(x) {
  const parts = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  const z = x - 1;
  let sum = parts[0];
  for (let at = 1; at < 9; at++) sum += parts[at] / (z + at);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

// The continued fraction of the incomplete beta function (Lentz 1976).
function fraction(x, a, b) {
  const tiny = 1e-300;
  let c = 1, d = 1 / (Math.abs(1 - ((a + b) * x) / (a + 1)) < tiny ? tiny : 1 - ((a + b) * x) / (a + 1)), found = d;
  for (let m = 1; m < 10000; m++) {
    for (const part of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + part * d || tiny);
      c = 1 + part / c || tiny;
      found *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return found;
}

function beta(x, a, b) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function betaInverse(chance, a, b) {
  const mean = a / (a + b), reach = 12 * Math.sqrt((mean * (1 - mean)) / (a + b + 1));
  let low = Math.max(0, mean - reach), high = Math.min(1, mean + reach);
  for (let step = 0; step < 36; step++) {
    const middle = (low + high) / 2;
    if (beta(middle, a, b) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// Interval of a share of 95 % by Jeffreys' prior.
function jeffreys(bads, rows) {
  const low = bads ? betaInverse(0.025, bads + 0.5, rows - bads + 0.5) : 0;
  const high = bads < rows ? betaInverse(0.975, bads + 0.5, rows - bads + 0.5) : 1;
  return [low, high];
}

function polynomial(x, parts) {
  return parts.reduceRight((found, one) => found * x + one, 0);
}

// Quantile of the normal distribution (Wichura 1988, AS 241).
function quantile(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427,
      13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105,
      2509.0809287301226727])) /
      polynomial(r, [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077,
        21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852854561]);
  }
  let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p)), found;
  if (r <= 5) {
    r -= 1.6;
    found = polynomial(r, [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055,
      3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833,
      7.7454501427834140764e-4]) /
      polynomial(r, [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
        0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9]);
  } else {
    r -= 5;
    found = polynomial(r, [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358,
      0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5,
      2.01033439929228813265e-7]) /
      polynomial(r, [1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525,
        7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15]);
  }
  return q < 0 ? -found : found;
}
