// The reasons of one row: families of what cost points, each led by a fact whose usual value would have helped.

function candidatesOf(model, row) {
  const { family_of: families, source_of: sources, group_of: groups, nameable, forbidden, ...rest } = model.data.reasons;
  const told = rest.sources.map(() => false), first = rest.families, apart = first + rest.sources.length;
  row.forEach((value, column) => { if (nameable[column] && !Number.isNaN(value)) told[sources[column]] = true; });
  return Int32Array.from(row, (_, column) => {
    if (forbidden[column]) return apart + groups[column];
    return !told[sources[column]] && nameable[column] ? first + sources[column] : families[column];
  });
}

function summed(keys, values, size) {
  const found = new Float64Array(size);
  keys.forEach((key, column) => { found[key] += values[column]; });
  return found;
}

function judgedOf(model, row) {
  const told = model.data.reasons, factor = model.data.scale.factor, values = contributions(model, row);
  const candidate = candidatesOf(model, row), size = told.rank.length;
  const lost = summed(candidate, values, size).map((one) => factor * one);
  const whole = summed(told.family_of, values, told.families).map((one) => factor * one);
  const groups = summed(told.group_of, values, told.group_codes.length);
  const order = [...lost.keys()].filter((one) => lost[one] > 0 && !told.never[one]);
  order.sort((one, other) => lost[other] - lost[one] || told.rank[one] - told.rank[other] || one - other);
  let total = 0;
  for (const one of order) total += lost[one];
  return { row, values, candidate, lost, whole, groups, order, total };
}

function isHeldBack(model, judged, one, unread) {
  const told = model.data.reasons, sources = told.sources.length;
  if (one >= told.families + sources) return true;
  if (one >= told.families && unread.has(told.sources[one - told.families])) return true;
  if (judged.lost[one] < Math.max(told.least, told.share * judged.total)) return true;
  return one < told.families && judged.whole[one] < told.least;
}

// Facts that may lead, best first: known ones before unknown ones, unless these cost more.
function leadsOf(model, judged, one) {
  const told = model.data.reasons, least = told.least / model.data.scale.factor, { values, row } = judged;
  let columns = [...values.keys()].filter((column) => values[column] > 0 && judged.candidate[column] === one);
  columns.sort((a, b) => values[b] - values[a] || a - b);
  if (one < told.families) columns = columns.filter((column) => judged.groups[told.group_of[column]] >= least);
  const known = columns.filter((column) => !Number.isNaN(row[column]));
  const unknown = columns.filter((column) => Number.isNaN(row[column]));
  const cost = (some) => [...some].sort((a, b) => a - b).reduce((sum, column) => sum + values[column], 0);
  const swapped = known.length && unknown.length && !(cost(unknown) <= cost(known));
  const ordered = swapped ? [...unknown, ...known] : [...known, ...unknown];
  if (!model.typical) return ordered.slice(0, told.tried);
  const differs = (column) => !Number.isNaN(model.typical[column]) && row[column] !== model.typical[column];
  return ordered.filter(differs).slice(0, told.tried);
}

function movedTo(model, row, columns) {
  const moved = Float64Array.from(row);
  for (const column of columns) if (!Number.isNaN(model.typical[column])) moved[column] = model.typical[column];
  return moved;
}

function leadOf(model, judged, one, risk) {
  const told = model.data.reasons, leads = leadsOf(model, judged, one);
  if (!model.typical) return leads.length ? leads[0] : null;
  const members = [...judged.candidate.keys()].filter((column) => judged.candidate[column] === one);
  const helps = (columns) => risk - logOdds(model, movedTo(model, judged.row, columns)) > told.effect;
  if (!leads.length || !helps(members)) return null;
  const found = leads.find((column) => helps(told.as_a_whole[column] ? members : [column]));
  return found === undefined ? null : found;
}

function reasonsOf(model, row, risk, unread) {
  const told = model.data.reasons, judged = judgedOf(model, row), given = [];
  for (const one of judged.order) {
    const full = given.length >= told.limit;
    if (isHeldBack(model, judged, one, unread) || (full && !told.one_more[one])) continue;
    const lead = leadOf(model, judged, one, risk);
    if (lead === null) continue;
    const family = one < told.families;
    given.push({
      code: family ? told.group_codes[told.group_of[lead]] : told.source_codes[told.source_of[lead]],
      feature: model.data.features[lead],
      points: judged.lost[one],
    });
  }
  return given;
}
