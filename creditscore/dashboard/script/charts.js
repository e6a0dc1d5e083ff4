// Small charts as SVG: axes, lines, points. They run from left to right in every language.

const WIDE = 460, HIGH = 250, LEFT = 52, FOOT = 34, TOP = 12, RIGHT = 14;

function scaleOf(low, high, from, to) {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

function ticksOf(low, high, most = 5) {
  const rough = (high - low || 1) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++) found.push(at * step || 0);
  return found;
}

function frame(name, x, y, marks) {
  const across = scaleOf(...x.range, LEFT, WIDE - RIGHT), up = scaleOf(...y.range, HIGH - FOOT, TOP);
  const grid = ticksOf(...y.range).map((one) => [
    drawn("line", { x1: LEFT, x2: WIDE - RIGHT, y1: up(one), y2: up(one), class: "grid" }),
    drawn("text", { x: LEFT - 6, y: up(one) + 4, "text-anchor": "end" }, y.show(one)),
  ]);
  const feet = ticksOf(...x.range).map((one) =>
    drawn("text", { x: across(one), y: HIGH - FOOT + 16, "text-anchor": "middle" }, x.show(one)));
  const head = drawn("text", { x: (LEFT + WIDE - RIGHT) / 2, y: HIGH - 2, "text-anchor": "middle", class: "axis" },
    x.name);
  return make("figure", {}, make("figcaption", {}, name), drawn("svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": name, direction: "ltr" },
    ...grid, ...feet, head, marks(across, up)));
}

function pathOf(points) {
  return points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

function curveChart(points, cut, figure, name, show) {
  const shown = points.filter((one) => Number.isFinite(one[figure]) && Number.isFinite(one.approval));
  if (!shown.length) return make("p", { class: "note" }, said("dashboard.nothing_known"));
  const values = shown.map((one) => one[figure]);
  const range = [Math.min(0, ...values), Math.max(...values, 0) || 1];
  const x = { range: [0, 1], show: (one) => percent(one, 0), name: said("dashboard.approval") };
  return frame(name, x, { range, show }, (across, up) => {
    const here = shown.find((one) => one.cut === cut);
    return [
      drawn("path", { d: pathOf(shown.map((one) => [across(one.approval), up(one[figure])])), class: "line" }),
      here ? drawn("circle", { cx: across(here.approval), cy: up(here[figure]), r: 6, class: "here" }) : null,
    ];
  });
}

function calibrationChart(points) {
  if (!points.length) return make("p", { class: "note" }, said("dashboard.few_outcomes"));
  const most = Math.max(...points.map((one) => Math.max(one.predicted, one.interval[1])));
  const axis = { range: [0, Math.min(1, most * 1.05)], show: (one) => percent(one, 0) };
  const x = { ...axis, name: said("dashboard.predicted") };
  return frame(said("dashboard.calibration_chart"), x, axis, (across, up) => [
    drawn("line", { x1: across(0), y1: up(0), x2: across(axis.range[1]), y2: up(axis.range[1]), class: "even" }),
    points.map((one) => [
      drawn("line", { x1: across(one.predicted), x2: across(one.predicted), y1: up(one.interval[0]),
        y2: up(Math.min(axis.range[1], one.interval[1])), class: "line" }),
      drawn("circle", { cx: across(one.predicted), cy: up(one.observed), r: 4, class: "here" }),
    ]),
  ]);
}

function bar(share) {
  const width = Math.max(0, Math.min(1, share || 0)) * 100;
  return drawn("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" },
    drawn("rect", { x: 0, y: 0, width, height: 8 }));
}
