"""The search for alternatives: what it finds where the truth is known, what it reads, what it certifies."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import creditscore as cs
from creditscore.assess.alternatives.fits import Fits
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from tests.assess.worlds import World, lender

SPACE = cs.AlternativeSpace(groups=False, scorecard=False)
NO_CHOICE = cs.AlternativeSpace(features=False, groups=False, scorecard=False)
FEW = {"draws": 3, "resamples": 40, "approve": 0.6, "worth": 0.03}


@pytest.fixture(scope="module")
def world() -> World:
    return lender(seed=2, planted=0.25)


@pytest.fixture(scope="module")
def found(world):
    return cs.search_alternatives(world.pipeline, *world.given, {"group": world.group}, space=SPACE, **FEW)


def test_the_planted_proxy_is_named_first_and_left_out(world, found) -> None:
    first = found.candidates[1].alternative
    assert first.without_features == ("application_device",)
    assert "application_device" not in found.pipeline_of().features.names
    assert found.chosen.impact_ratio > found.given.impact_ratio
    assert found.chosen.auc >= found.given.auc - 0.03
    assert found.certificate.difference["impact_ratio"].value > 0


def test_figures_are_what_their_definitions_say(world, found) -> None:
    """Made again from the model that is fitted as a whole, with scikit-learn and a count by hand."""
    pipeline = found.fit(*world.given, candidate=0)
    fitting = np.array(found.fitting)
    assert pipeline.held_out.index.tolist() == list(range(fitting.size))
    z, group, bad = pipeline.held_out.log_odds, world.group[fitting], world.bad[fitting]
    assert found.given.auc == pytest.approx(roc_auc_score(bad, z))
    approved = z <= np.sort(z)[int(np.ceil(0.6 * z.size)) - 1]
    shares = [approved[group == name].mean() for name in "pq"]
    assert found.given.impact_ratio == pytest.approx(min(shares) / max(shares))
    assert found.given.bad_rate_approved == pytest.approx(bad[approved].mean())
    assert found.given.profit == pytest.approx(np.where(bad, -5.0, 1.0)[approved].sum() / z.size)


def test_a_candidate_is_a_whole_pipeline_with_the_very_figures_of_the_certificate(
    world, found, tmp_path
) -> None:
    pipeline = found.fit(*world.given)
    others = np.setdiff1d(np.arange(len(world.applications)), found.fitting)
    assert others.size == found.certifying
    applications = world.applications.take(others)
    scores = pipeline.score_many(applications, cs.Portfolio())
    certified = found.certificate.chosen
    assert certified["auc"].value == roc_auc_score(world.bad[others], scores.log_odds)
    pipeline.save(tmp_path / "model")
    again = cs.load(tmp_path / "model").score_many(applications, cs.Portfolio())
    assert (again.log_odds == scores.log_odds).all()
    record = pipeline.decide(applications.take([0]), cs.Portfolio(), policy=cs.Policy("p", "1", cutoff=520))
    cs.replay_decision(record, pipeline.model)  # raises where a field differs


def test_no_fit_reads_a_group(world, found, monkeypatch) -> None:
    """Groups dealt anew change who is compared, and no bit of any model; and fits are given none."""
    other = np.random.default_rng(3).permutation(world.group)
    seen = []
    grown = Fits.fit

    def watched(self, alternative, parts):
        fit = grown(self, alternative, parts)
        seen.append((fit.model.model_text, fit.choosing.tobytes(), fit.certifying.tobytes()))
        return fit

    monkeypatch.setattr(Fits, "fit", watched)
    for group in (world.group, other):
        cs.search_alternatives(world.pipeline, *world.given, group, space=NO_CHOICE, **FEW)
    half = len(seen) // 2
    assert half == 4
    assert seen[:half] == seen[half:]


def test_people_stand_in_one_part_alone_and_nobody_certifies_what_they_chose(world) -> None:
    who = np.repeat(np.arange(1_200), 2)
    frame = {name: world.applications.numeric[name] for name in ("x0", "x1", "x2", "x3", "device")}
    import pandas as pd

    applications = cs.Applications(
        pd.DataFrame(
            {
                "application_id": np.arange(2_400),
                "applicant_id": who,
                "as_of": pd.Timestamp("2025-06-01", tz="UTC"),
            }
            | frame
        )
    )
    found = cs.search_alternatives(
        world.pipeline, applications, cs.Portfolio(), world.bad, world.group, draws=0, resamples=10,
        space=NO_CHOICE,
    )  # fmt: skip
    fitting = set(who[list(found.fitting)])
    assert not fitting & set(who[np.setdiff1d(np.arange(2_400), found.fitting)])
    assert found.certificate.people == 1_200 - len(fitting)
    assert len(found.candidates) == 1
    assert found.chosen is found.given


def test_the_same_seed_begins_with_the_same_draws_and_the_bound_counts_them(world, found) -> None:
    how = FEW | {"draws": 1}
    again = cs.search_alternatives(world.pipeline, *world.given, world.group, space=SPACE, **how)
    first = [replace(one, front=False) for one in found.candidates]
    assert [replace(one, front=False) for one in again.candidates] == first[: len(again.candidates)]
    assert found.bound.draws == sum(one.drawn for one in found.candidates) == 3
    assert found.bound.best == found.chosen.impact_ratio
    json.dumps(found.to_dict(), allow_nan=False)


def test_it_stops_when_enough_is_known(world) -> None:
    found = cs.search_alternatives(
        world.pipeline,
        *world.given,
        world.group,
        space=NO_CHOICE,
        approve=0.6,
        draws=9,
        enough=0.9,
        resamples=10,
    )
    assert found.bound.draws == 1
    assert found.bound.gain <= 0.9


def test_a_candidate_is_fitted_on_the_very_applications_in_any_order(world, found) -> None:
    order = np.random.default_rng(4).permutation(2_400)
    shuffled = world.applications.take(order), cs.Portfolio(), world.bad[order]
    assert found.fit(*shuffled).model.model_id == found.fit(*world.given).model.model_id
    with pytest.raises(ParameterError, match="those of the search"):
        found.fit(world.applications.take(range(100)), cs.Portfolio(), world.bad[:100])


def test_no_candidate_is_left_with_features_that_are_never_known(world) -> None:
    frame = {name: world.applications.numeric[name] for name in ("x0", "device")}
    import pandas as pd

    applications = cs.Applications(
        pd.DataFrame(
            {
                "application_id": np.arange(2_400),
                "applicant_id": np.arange(2_400),
                "blank": np.where(np.arange(2_400) < 3, 1.0, np.nan),
            }
            | {"as_of": pd.Timestamp("2025-06-01", tz="UTC")}
            | frame
        )
    )
    columns = [cs.Column(name, sign=1) for name in ("x0", "device", "blank")]
    pipeline = cs.CreditPipeline(features=[cs.application_features(columns)], scorer=world.pipeline.scorer)
    bad = np.where(np.arange(2_400) < 3, np.nan, world.bad)
    found = cs.search_alternatives(
        pipeline, applications, cs.Portfolio(), bad, world.group, draws=6, resamples=10, space=SPACE,
    )  # fmt: skip
    for one in found.candidates:
        names = found.pipeline_of(one).features.names
        assert set(names) - {"application_blank"}, one


def test_the_front_is_what_no_other_one_beats(found) -> None:
    points = [(one.auc, one.impact_ratio) for one in found.candidates]
    for one in found.candidates:
        mine = (one.auc, one.impact_ratio)
        beaten = any(other != mine and other[0] >= mine[0] and other[1] >= mine[1] for other in points)
        assert one.front == (not beaten)
    areas = [one.auc for one in found.front]
    assert areas == sorted(areas, reverse=True)
    assert set(found.certificate.front) == {str(one.number) for one in found.front}


def test_who_loses_is_counted_by_hand(world, found) -> None:
    others = np.setdiff1d(np.arange(len(world.applications)), found.fitting)
    approved = []
    for candidate in (0, None):
        z = (
            found.fit(*world.given, candidate=candidate)
            .score_many(world.applications.take(others), cs.Portfolio())
            .log_odds
        )
        approved.append(z <= np.sort(z)[int(np.ceil(0.6 * z.size)) - 1])
    before, after = approved
    for one in found.certificate.changed:
        inside = world.group[others] == one.group
        assert one.people == inside.sum()
        assert one.lost == pytest.approx((before & ~after)[inside].mean())
        assert one.gained == pytest.approx((after & ~before)[inside].mean())
        lost = world.bad[others][inside & before & ~after]
        expected = lost.mean() if lost.size >= 10 else np.nan
        assert one.lost_bad_rate == pytest.approx(expected, nan_ok=True)


def test_parity_of_reasons_is_half_the_difference_of_their_shares(world, found) -> None:
    others = np.setdiff1d(np.arange(len(world.applications)), found.fitting)
    applications = world.applications.take(others)
    explained = found.fit(*world.given, candidate=0).explain(applications, cs.Portfolio())
    z = explained.log_odds
    declined = z > np.sort(z)[int(np.ceil(0.6 * z.size)) - 1]
    first = explained.values.argmax(axis=1)  # each feature is a reason group by itself
    shares = [
        np.bincount(first[declined & (world.group[others] == name)], minlength=5) for name in ("p", "q")
    ]
    p, q = (counts / counts.sum() for counts in shares)
    assert [one.given for one in found.certificate.reasons] == [pytest.approx(abs(p - q).sum() / 2)]


def test_profit_may_move_the_cut_off(world) -> None:
    found = cs.search_alternatives(
        world.pipeline, *world.given, world.group, approve=(0.6, 0.8, 1.0), objective="profit", worth=2.0,
        draws=1, space=NO_CHOICE, resamples=20,
    )  # fmt: skip
    assert [one.share for one in found.candidates] == [0.6, 0.8, 1.0] * 2
    assert found.chosen.impact_ratio == 1.0
    assert found.chosen.share == 1.0
    assert found.certificate.chosen["approval"].value == 1.0
    assert found.certificate.given["approval"].value == pytest.approx(0.6, abs=0.01)


def test_groups_may_be_columns_that_nothing_reads(world) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"application_id": np.arange(2_400), "applicant_id": np.arange(2_400), "sex": world.group}
        | {"as_of": pd.Timestamp("2025-06-01", tz="UTC")}
        | {name: world.applications.numeric[name] for name in ("x0", "x1", "x2", "x3", "device")}
    )
    given = cs.Applications(frame), cs.Portfolio(), world.bad
    how = {"draws": 0, "resamples": 10, "space": NO_CHOICE, "approve": 0.6}
    named = cs.search_alternatives(world.pipeline, *given, "sex", **how)
    apart = cs.search_alternatives(world.pipeline, *given, {"sex": dict(enumerate(world.group))}, **how)
    assert named.given == apart.given
    with pytest.raises(ParameterError, match="reads this one"):
        cs.search_alternatives(world.pipeline, *given, ["device"], **how)
    with pytest.raises(NameUnknownError):
        cs.search_alternatives(world.pipeline, *given, "sexx", **how)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"approve": 0.0}, ParameterError),
        ({"approve": [0.5, 1.5]}, ParameterError),
        ({"approve": "0.5"}, ParameterError),
        ({"objective": "gini"}, NameUnknownError),
        ({"worth": -0.1}, ParameterError),
        ({"draws": -1}, ParameterError),
        ({"draws": 1.5}, ParameterError),
        ({"enough": float("nan")}, ParameterError),
        ({"certify": 1.0}, ParameterError),
        ({"confidence": 0.0}, ParameterError),
        ({"fewest": 5_000}, FittingError),
        ({"intersections": [("group", "sex")]}, NameUnknownError),
    ],
)
def test_what_cannot_be_is_refused(world, change, error) -> None:
    with pytest.raises(error):
        cs.search_alternatives(
            world.pipeline, *world.given, {"group": world.group}, **({"draws": 0, "resamples": 10} | change)
        )


def test_one_group_alone_is_no_search(world) -> None:
    with pytest.raises(FittingError, match="two groups"):
        cs.search_alternatives(world.pipeline, *world.given, np.full(2_400, "a"), draws=0)


def test_it_says_what_it_found(found) -> None:
    said = repr(found)
    assert "chosen: number" in said
    assert "next draw is better" in said
    assert "<table" in found._repr_html_()
    frame = found.to_frame()
    assert len(frame) == len(found.candidates)
    with pytest.raises(ParameterError):
        found.pipeline_of(99)
    assert replace(found.given, number=0) == found.given


@pytest.mark.long
def test_with_a_planted_proxy_the_ratio_rises_by_05_for_at_most_002_of_area() -> None:
    world = lender(16_000, seed=5)
    found = cs.search_alternatives(
        world.pipeline, *world.given, world.group, approve=0.6, draws=2, space=SPACE
    )
    difference = found.certificate.difference
    assert difference["impact_ratio"].value >= 0.05
    assert difference["impact_ratio"].low > 0
    assert difference["auc"].value >= -0.002


@pytest.mark.long
def test_a_candidate_of_many_sources_is_fitted_again_to_the_bit() -> None:
    """With payments of different spans, outcomes not known, and people who cannot be scored."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=260), seed=4)
    applications, portfolio = made.to_applications(), made.portfolio()
    n = len(applications)
    random = np.random.default_rng(0)
    bad = np.where(random.random(n) < 0.1, np.nan, (random.random(n) < 0.3).astype(float))
    scorer = cs.CreditScorer(recipe="pairs", learning_rate=0.2, n_estimators=10, n_folds=2, threads=1)
    pipeline = cs.CreditPipeline(
        features=[cs.payment_features(), cs.repayment_features()], scorer=scorer, threads=1
    )
    found = cs.search_alternatives(
        pipeline, applications, portfolio, bad, random.choice(["a", "b"], n), fewest=5, draws=1, resamples=10,
        space=cs.AlternativeSpace(scorecard=False, groups=False, features=False),
    )  # fmt: skip
    left = {one.alternative.without_sources for one in found.candidates}
    assert len(left) >= 3
    others = np.flatnonzero(~np.isin(applications.application_ids, found.fitting))
    for candidate in found.candidates:
        if not candidate.front:
            continue
        fitted = found.fit(applications, portfolio, bad, candidate)
        scores = fitted.score_many(applications.take(others), portfolio, on_mismatch="count")
        known = ~np.isnan(scores.log_odds) & ~np.isnan(bad[others])
        auc = roc_auc_score(bad[others][known], scores.log_odds[known])
        assert found.certificate.front[str(candidate.number)][0] == pytest.approx(auc, abs=1e-12)
