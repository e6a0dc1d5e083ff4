"""The page of accuracy, made from what was measured; every number in it is read from the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import erf, sqrt
from typing import Any

Results = Mapping[str, Any]

HEAD = """# Accuracy of the default model

Written by `python benchmarks/accuracy.py`, which goes on where it was stopped. `CreditScorer()` is called
with no argument but what a pipeline gives it: signs, categories, applicants and moments. Everyone gets
the same rows, the same columns (those of the library, and beside them windows by hand where an example
ships them) and the same splits. *Random* is five parts of applicants, or 8,000 rows to fit on and 12,000
to judge where there are many; *in time* judges rows later than all that were fitted on. AUC is the mean
over splits. Intervals are of 95 % and resample applicants, those with a bad outcome and those without
apart; what is paired is resampled together. LightGBM is tuned by Optuna (60 trials by AUC on the training
part of the first split, monotone constraints on nobody). The scorecard is optbinning with logistic
regression, on the first splits alone.
"""
TABLE = """
## Side by side

The reference is the better of LightGBM with its defaults and tuned, on either columns. Each AUC is over the
splits that its contestant judged (references judge more of them), so compare by the differences: they are
paired, on the splits that both judged. An empty cell was not run; where nothing was tuned the reference is
LightGBM with its defaults, and the set does not count in the mean over sets. The references of German and of
SuperLender at random were tuned with learning rates from 0.01 and up to 2,000 trees, the others with 0.02 and
1,000. What a set says of screening further down is of an earlier run where the present one did not hear it.

On the splits that an earlier version of this library judged too it ranks lower where many values are missing:
Prosper 0.737 (0.741 before), in time 0.684 (0.688), SuperLender in time 0.677 (0.679); German, where none is,
0.8045 both times. In between it was settled that a missing value never ranks as safer than what is known;
whether that is the cause was not tried apart.
"""
LEAST = -0.003
ENOUGH_ROWS = 1_000
BOUNDS = """
### What was asked, and where it is not reached

Asked of sets of {rows:,} rows or more was a lower end above {least} of the difference to the reference, of
smaller ones that it is not below 0.

| set | difference | asked | reached |
| --- | ---: | --- | --- |
{lines}
"""
SHALLOW = """
### Beside one shallow recipe

The default model against the recipe `shallow` alone, of parts of applicants and grown anew on all rows
(`recipe="shallow"`, `folds="hash"`, `bag=False`): what choosing and averaging cost where it is the right one.
"""
TIME = """
### What time tells of recipes

Parts of applicants choose the recipes, and later blocks of the training rows may overrule them: one that they
tell to be worse by two standard errors is dropped, even if it is the best by the parts. The rule was found by
looking at the blocks of three sets, and the judged rows of these sets were looked at beside. It was widened
once after that, because it still kept `pairs` in one draw on SBA; it does still. On the other sets it changes
nothing. So the figures in time, that of SBA above all, are optimistic until rows judge them that nobody has
seen.
"""
BEFORE = """
## What deploying on everything gained and lost

Before, one recipe was grown, in time on the oldest 60 % of the rows (the rest served to stop, to
calibrate and to report). It is emulated: the same recipe on the oldest 60 %, or at random on all rows.
"""
CHOSEN = """
## What the recipes chose, and what it took

Share of the fits in which a recipe was kept, trees of the deployed model, and processor seconds of one
fit. The level is the shift by the newest tenth of the rows, where there were moments and enough bads.
"""
CALIBRATION = """
## Calibration

Slope and log loss over the judged rows of the first repeat. A slope of 1 is right; above 1 risks lie
further apart than was said. The mean of fold models is smoother than the fold models that
calibrate it, so its slope lies a little above 1 at random.
"""
MAPS = """
### Would another map serve better?

Log loss of a line, a beta map (Kull, Silva Filho and Flach, 2017) and an isotonic map, fitted on four
parts of the judged rows and judged on the fifth, less that of the probabilities as they are; above 0 is
worse. No map is kept that is not better than the line by two standard errors on most sets: the line
stays, and with it one affine way from log-odds to points.
"""
SCREENING = """
## Screening

`screen=True` keeps from the trees of each part the columns that gain no more than four fifths of permuted
copies, found on the rows that these trees grow on. It is off unless asked for: it ranks no better, and
where few rows stand against few columns it ranks worse. What it spares is reading: fewer features are
computed into a score.
"""
YEARS = """
### Why no map of the past gives the slope of the next year

Slopes of {title}, the newest matured rows in each case being three years old:

| approved | bads | mean probability | slope | slope if the year before had been known and followed |
| --- | ---: | ---: | ---: | ---: |
{rows}

Over all of them the slope is {slope:.2f}. Resampling rows gives {rows_low:.2f} to {rows_high:.2f}, which
supposes that years are alike; they are not, and resampling quarters, the draws that a lender gets, gives
{low:.2f} to {high:.2f}. The blocks of time by which the model judged itself before had slopes of
{blocks}. Even a lender who had known every outcome of the year before, three years before they were
known, and had moved the slope to it would have missed by the last column. So the slope is left as the
parts of applicants tell it, and the level, which can be followed, follows: at fit by the newest tenth of
the rows, later by `pipeline.recalibrate(applications, portfolio, bad)`.
"""
RECALIBRATE = """
## Recalibration

`recalibrate` takes the newest calendar months until they hold 100 bads and 100 goods, finds the shift of
the log-odds with which mean probability and share of bads agree there, and applies it if it is more than
two standard errors. It tells the slope on the same rows and does not apply it, for the reason above.
Order, trees, contributions and the distance between any two scores stay as they are; references are made
anew of the rows that were given.
"""


def page(results: Results) -> str:
    """Write the page."""
    done = {name: one for name, one in results.items() if "creditscore" in one.get("auc", {})}
    parts = [
        HEAD,
        TABLE,
        _side_by_side(done),
        _pooled(done),
        _bounds(done),
        SHALLOW,
        _against(done, "creditscore", "shallow", ("default", "shallow", "default less shallow")),
        TIME,
        BEFORE,
        _against(done, "creditscore", "before"),
    ]
    parts += [CHOSEN, _chosen(done), CALIBRATION, _calibration(done), MAPS, _maps(done)]
    parts += [
        _years(one) for one in done.values() if "by_year" in one and one["title"].startswith("SBA, 2000")
    ]
    parts += [SCREENING, _screening(results), RECALIBRATE]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], left: int = 1) -> str:
    names = list(head)
    lines = [names, ["---" if i < left else "---:" for i in range(len(names))], *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _value(found: Results | None) -> str:
    return "" if found is None else f"{found['value']:.3f}"


def _signed(found: Results | None) -> str:
    if found is None:
        return ""
    return f"{found['value']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def _side_by_side(results: Results) -> str:
    names = ("LightGBM", "LightGBM, Optuna", "by hand, LightGBM", "by hand, Optuna", "optbinning")
    head = [
        "set",
        "rows, bads, columns",
        "splits",
        "creditscore",
        *names,
        "less reference",
        "less optbinning",
    ]
    rows = []
    for one in results.values():
        auc, paired = one["auc"], one["difference"]["creditscore"]
        ours = auc["creditscore"]
        rows.append(
            [
                one["title"],
                f"{one['rows']:,}, {one['bads']:,}, {one['features']}",
                str(one["splits"]["creditscore"]),
                f"{ours['value']:.3f} ({ours['low']:.3f} to {ours['high']:.3f})",
                *(_value(auc.get(name)) for name in names),
                _signed(paired.get(one["reference"])),
                _signed(paired.get("optbinning")),
            ]
        )
    return _table(head, rows)


def _pooled(results: Results) -> str:
    """Mean over sets of the difference to the reference; sets are apart, so their variances add."""
    tuned = [one for one in results.values() if "LightGBM, Optuna" in one["auc"]]
    found = [one["difference"]["creditscore"].get(one["reference"]) for one in tuned]
    known = [one for one in found if one is not None]
    if not known:
        return ""
    mean = sum(one["value"] for one in known) / len(known)
    error = sqrt(sum(one["error"] ** 2 for one in known)) / len(known)
    above = 0.5 * (1.0 + erf(mean / error / sqrt(2.0)))
    return (
        f"\nOver the {len(known)} sets the mean difference to the reference is {mean:+.4f} "
        f"({mean - 1.96 * error:+.4f} to {mean + 1.96 * error:+.4f}); above 0 with a chance of {above:.3f}. "
        "Sets that share their rows (in time and at random) are counted as if they were apart."
    )


def _bounds(results: Results) -> str:
    """Hold the difference of each set to its reference against what was asked."""
    lines = []
    for one in results.values():
        gap = one["difference"]["creditscore"].get(one["reference"])
        if gap is None:
            continue
        large = one["rows"] >= ENOUGH_ROWS
        short = LEAST - gap["low"] if large else -gap["value"]
        asked = f"lower end above {LEAST}" if large else "not below 0"
        reached = "yes" if short < 0.0 else f"no, by {short:.4f}"
        lines.append(f"| {one['title']} | {_signed(gap)} | {asked} | {reached} |")
    return BOUNDS.format(rows=ENOUGH_ROWS, least=LEAST, lines="\n".join(lines))


def _against(
    results: Results, mine: str, other: str, head: tuple[str, str, str] = ("now", "before", "gained")
) -> str:
    rows = [
        [
            one["title"],
            _value(one["auc"][mine]),
            _value(one["auc"][other]),
            _signed(one["difference"][mine][other]),
        ]
        for one in results.values()
        if other in one["difference"].get(mine, {})
    ]
    return _table(["set", *head], rows)


def _chosen(results: Results) -> str:
    recipes = ("pairs", "shallow", "default", "deep")
    rows = []
    for one in results.values():
        levels = one["levels"]
        rows.append(
            [
                one["title"],
                *(f"{one['kept'].get(name, 0.0):.0%}".replace("%", " %") for name in recipes),
                f"{one['trees']:,.0f}",
                f"{one['seconds']['creditscore']:.1f}",
                f"{one['seconds']['LightGBM, Optuna']:.1f}" if "LightGBM, Optuna" in one["seconds"] else "",
                f"{sum(levels) / len(levels):+.2f}" if levels else "",
            ]
        )
    return _table(["set", *recipes, "trees", "seconds", "seconds of the tuned", "level"], rows)


def _calibration(results: Results) -> str:
    rows = []
    for one in results.values():
        found = one["calibration"]["creditscore"]
        slope, loss = found["calibration_slope"], found["log_loss"]
        rows.append(
            [
                one["title"],
                f"{slope['value']:.2f} ({slope['low']:.2f} to {slope['high']:.2f})",
                f"{loss['value']:.4f}",
                f"{found['mean_pd']:.4f}",
                f"{found['bad_rate']:.4f}",
            ]
        )
    return _table(["set", "slope", "log loss", "mean probability", "share of bads"], rows)


def _maps(results: Results) -> str:
    rows = [
        [
            one["title"],
            *(
                f"{found['log_loss']:+.4f} (error {found['log_loss_error']:.4f})"
                for found in one["maps"].values()
            ),
        ]
        for one in results.values()
        if "maps" in one
    ]
    return _table(["set", "line", "beta", "isotonic"], rows)


def _screening(results: Results) -> str:
    rows = [
        [
            one["title"],
            str(one["difference"]["screened"]["creditscore"]["splits"]),
            _signed(one["difference"]["screened"]["creditscore"]),
        ]
        for one in results.values()
        if "creditscore" in one["difference"].get("screened", {})
    ]
    return _table(["set", "splits", "screened less all columns"], rows)


def _years(one: Results) -> str:
    found, rows, before = one["by_year"], [], None
    for year, figures in found["years"].items():
        followed = "" if before is None else f"{figures['slope'] / before:.2f}"
        before = figures["slope"]
        rows.append(
            f"| {year} | {figures['bad_rate']:.3f} | {figures['mean_pd']:.3f} | {before:.2f} | {followed} |"
        )
    return YEARS.format(
        title=one["title"],
        rows="\n".join(rows),
        slope=found["slope"],
        rows_low=found["rows"][0],
        rows_high=found["rows"][1],
        low=found["quarters"][0],
        high=found["quarters"][1],
        blocks=", ".join(f"{value:.2f}" for value in one["blocks"]) or "none",
    )
