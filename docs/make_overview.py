"""Draw docs/overview.svg: what was known of one person, what the library says. Run by `make reference`."""

from __future__ import annotations

import sys
import warnings
from html import escape
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import creditscore as cs  # noqa: E402 - found only now

PICTURE = Path(__file__).with_name("overview.svg")
LANES = ("payments", "bills", "instalments", "sessions", "ties")
DAYS, DAY = 365, 86_400_000_000
LEFT, MOMENT, LANE, TOP = 110, 470, 46, 64
BLUE, PALE, RED, INK = "#2166ac", "#b8c4d0", "#b2182b", "#222222"
FONT = f'font-family="sans-serif" font-size="13" fill="{INK}"'


def fitted() -> tuple[cs.CreditPipeline, cs.Portfolio, cs.Applications]:
    """A small lender that is made up from a seed, and a model of it."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=600), seed=11)
    portfolio, applications = made.portfolio(), made.to_applications()
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=60, n_folds=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = cs.CreditPipeline(scorer=scorer).fit(applications, portfolio, made.bad(portfolio))
    return pipeline, portfolio, applications


def events(portfolio: cs.Portfolio, applicant: object, as_of: int) -> dict[str, list[tuple[float, bool]]]:
    """For each lane the days before the moment of each row, and whether it was known then."""
    found = {}
    for name in LANES:
        frame = portfolio.to_frame(name)
        of = (frame["person_id"] == applicant) | (frame["other_id"] == applicant) if name == "ties" else None
        rows = frame[frame["applicant_id"] == applicant] if of is None else frame[of]
        time = "due_time" if "due_time" in rows else "event_time"
        days = (as_of - rows[time].astype("datetime64[us, UTC]").astype("int64")) / DAY
        known = rows["known_time"].astype("datetime64[us, UTC]").astype("int64") < as_of
        inside = (days < DAYS) & (days > -45)
        found[name] = list(zip(days[inside].tolist(), (known & (days > 0))[inside].tolist(), strict=True))
    return found


def chosen(
    pipeline: cs.CreditPipeline, portfolio: cs.Portfolio, applications: cs.Applications
) -> tuple[int, dict[str, list[tuple[float, bool]]]]:
    """The first of the riskier people of whom something is known in every lane."""
    risk = pipeline.score_many(applications, portfolio).probability_of_default
    for row in np.argsort(-np.nan_to_num(risk))[20:200]:
        seen = events(portfolio, applications.applicant_ids[row], int(applications.as_of[row]))
        if all(any(known for _, known in lane) for lane in seen.values()):
            return int(row), seen
    raise ValueError("Nobody has rows in every lane; change the seed.")


def drawn() -> str:
    """The picture as SVG text; the same code gives the same bytes."""
    pipeline, portfolio, applications = fitted()
    row, seen = chosen(pipeline, portfolio, applications)
    result = pipeline.score(applications.take([row]), portfolio)
    height = TOP + LANE * len(LANES) + 52
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" role="img" {FONT}>',
        "<title>Events of one person up to a moment become a probability, a score and reasons</title>",
        f'<rect width="960" height="{height}" rx="8" fill="#ffffff"/>',
        '<text x="16" y="30" font-size="15" font-weight="bold">What was known of one person</text>',
    ]
    for at, (name, lane) in enumerate(seen.items()):
        parts += _lane(TOP + LANE * at, name, lane)
    parts += _moment(TOP + LANE * len(LANES))
    parts += _said(result)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lane(top: int, name: str, lane: list[tuple[float, bool]]) -> list[str]:
    parts = [
        f'<text x="16" y="{top + 28}">{name}</text>',
        f'<path d="M{LEFT} {top + 34}H520" stroke="#dddddd"/>',
    ]
    for colour, wanted in ((PALE, False), (BLUE, True)):
        sticks = "".join(
            f"M{round(MOMENT - (MOMENT - LEFT) * days / DAYS, 1)} {top + 34}v-22"
            for days, known in lane
            if known is wanted
        )
        parts.append(f'<path d="{sticks}" stroke="{colour}" stroke-width="2"/>' if sticks else "")
    return [part for part in parts if part]


def _moment(base: int) -> list[str]:
    return [
        f'<path d="M{MOMENT} {TOP - 16}V{base}" stroke="{RED}" stroke-width="2"/>',
        f'<text x="{MOMENT}" y="{base + 18}" text-anchor="middle" fill="{RED}">the moment of asking</text>',
        f'<text x="{LEFT}" y="{base + 18}">one year before</text>',
        f'<text x="16" y="{base + 36}" fill="#666666">pale: later, or known later; it does not count</text>',
        f'<path d="M536 {(TOP + base) // 2}h26m-8 -7l8 7l-8 7" fill="none" stroke="{INK}" stroke-width="2"/>',
    ]


def _said(result: cs.ScoreResult) -> list[str]:
    head = [
        '<text x="584" y="30" font-size="15" font-weight="bold">What the library says</text>',
        f'<text x="584" y="92" font-size="40" font-weight="bold" fill="{BLUE}">{result.score}</text>',
        f'<text x="690" y="76">probability of default {result.probability_of_default:.1%}</text>',
        f'<text x="690" y="96">grade {result.grade}</text>',
        '<text x="584" y="132" font-weight="bold">because (three reasons, each in another language)</text>',
    ]
    y = 154
    for reason, language in zip(result.reasons, ("en", "fa", "zh"), strict=False):
        for line in wrapped(cs.speak(reason, language=language), 52 if language != "zh" else 27):
            side = 'x="944" text-anchor="start" direction="rtl"' if language == "fa" else 'x="584"'
            head.append(f'<text {side} y="{y}" xml:lang="{language}">{escape(line)}</text>')
            y += 18
        y += 8
    return head


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many letters, cut at spaces; a script without spaces anywhere."""
    lines = [""]
    for word in text.split(" ") if " " in text.strip() and width > 30 else list(text):
        glue = " " if lines[-1] and width > 30 else ""
        if len(lines[-1]) + len(glue) + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += glue + word
    return lines


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
