"""Saved models: the same bits back, no code run, nothing accepted that was changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical, sha256
from creditscore.errors import ArtefactError, StatisticNotRegisteredError
from creditscore.features import statistics
from creditscore.scoring.loading import MANIFEST, PARTS
from creditscore.scoring.model import FORMAT
from tests.pipeline.conftest import SMALL, Case


@pytest.fixture(scope="module")
def saved(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artefact") / "model"
    case.pipeline.save(folder)
    return folder


def copied(saved: Path, to: Path) -> Path:
    to.mkdir()
    for path in saved.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    return to


def test_scores_are_equal_to_the_bit_after_loading(case: Case, saved: Path) -> None:
    again = cs.load(saved)
    one, other = (p.score_many(case.applications, case.portfolio) for p in (case.pipeline, again))
    assert np.array_equal(one.log_odds, other.log_odds, equal_nan=True)
    asked = case.asked[3]
    assert again.score(asked, case.portfolio) == case.pipeline.score(asked, case.portfolio)
    assert again.report == case.pipeline.report
    assert again.model.model_id == case.pipeline.model.model_id


def test_every_parameter_off_its_default_survives(case: Case, tmp_path: Path) -> None:
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(("amount", "term_days")), cs.repayment_features()],
        scorer=cs.CreditScorer(
            **SMALL, max_depth=4, num_leaves=9, feature_fraction=0.7, reg_lambda=3.0, max_bin=63,
            early_stopping_rounds=9, n_folds=3, calibrate=True, seed=5, threads=1,
        ),
        scale=cs.ScoreScale(500, 19, 33, minimum=100, maximum=999),
        master_scale=cs.MasterScale(lowest=0.002, highest=0.4, grades=9),
        threads=1,
    ).fit(case.applications, case.portfolio, case.bad)  # fmt: skip
    pipeline.save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    for one in case.asked[:30]:
        assert again.score(one, case.portfolio) == pipeline.score(one, case.portfolio)
    assert again.scale == pipeline.scale
    assert again.master_scale == pipeline.master_scale


@pytest.mark.parametrize("name", [*PARTS[FORMAT], MANIFEST])
def test_any_flipped_byte_is_caught(saved: Path, tmp_path: Path, name: str) -> None:
    size = (saved / name).stat().st_size
    for position in {0, size // 3, size // 2, size - 1}:
        folder = copied(saved, tmp_path / f"{position}")
        content = bytearray((folder / name).read_bytes())
        content[position] ^= 1
        (folder / name).write_bytes(bytes(content))
        with pytest.raises(ArtefactError, match=name.partition(".")[0]):
            cs.load(folder)


def test_missing_and_unexpected_files_are_named(saved: Path, tmp_path: Path) -> None:
    folder = copied(saved, tmp_path / "one")
    (folder / "model.txt").unlink()
    (folder / "code.py").write_text("raise SystemExit")
    with pytest.raises(ArtefactError, match=r"missing \['model.txt'\], unexpected \['code.py'\]"):
        cs.load(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtefactError, match="holds no manifest"):
        cs.load(tmp_path / "empty")
    with pytest.raises(ArtefactError, match="is no folder"):
        cs.load(tmp_path / "nowhere")


def test_an_unknown_format_is_refused(saved: Path, tmp_path: Path) -> None:
    folder = copied(saved, tmp_path / "one")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["format"] = 99
    (folder / MANIFEST).write_text(json.dumps(manifest, sort_keys=True, separators=(",", ":")))
    with pytest.raises(ArtefactError, match="format 99"):
        cs.load(folder)


def resigned(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """Change a file and forge the manifest to match, as an attacker would."""
    (folder / name).write_text(change((folder / name).read_text()))
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][name] = sha256((folder / name).read_bytes())
    body = {key: value for key, value in manifest.items() if key != "sha256"}
    (folder / MANIFEST).write_text(canonical(body | {"sha256": sha256(canonical(body))}))
    return folder


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("features.json", lambda text: "[" * 100_000),
        ("features.json", lambda text: "{}"),
        ("features.json", lambda text: text.replace('"kind":"term"', '"kind":"os.system"')),
        ("model.json", lambda text: "[]"),
        ("model.txt", lambda text: text[: len(text) // 2]),
        ("model.txt", lambda text: text.replace("left_child=", "left_child=99999 ")),
        ("scales.json", lambda text: text.replace("600", '"600"')),
        ("report.json", lambda text: '{"applications": 1}'),
        ("held_out.json", lambda text: text.replace('"bad":[', '"bad":[0,')),
        ("held_out.json", lambda text: "[]"),
        ("recipe.json", lambda text: '{"scorer":null}'),
    ],
)
def test_forged_content_gives_an_error_and_runs_nothing(
    saved: Path, tmp_path: Path, name: str, change: Callable[[str], str]
) -> None:
    with pytest.raises(ArtefactError):
        cs.load(resigned(copied(saved, tmp_path / "one"), name, change))


def test_saving_replaces_a_model_whole_and_nothing_else(case: Case, saved: Path, tmp_path: Path) -> None:
    folder = copied(saved, tmp_path / "model")
    case.pipeline.save(folder)
    assert cs.load(folder).model.model_id == case.pipeline.model.model_id
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ArtefactError, match="no saved model"):
        case.pipeline.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "model"]


def test_a_failed_save_leaves_the_old_model_alone(
    case: Case, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(saved, tmp_path / "model")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtefactError, match="cannot be written.*No space.*as it was"):
        case.pipeline.save(folder)
    monkeypatch.undo()
    assert cs.load(folder).model.model_id == case.pipeline.model.model_id
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_statistic_of_ones_own_must_be_registered_to_load(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "_registered", {})

    @cs.statistic("half_range", version=2)
    def half_range(values, age_days):  # type: ignore[no-untyped-def]
        return (values.max() - values.min()) / 2.0

    term = cs.Term("payments", "half_range", column="amount", window="365d", version=2)
    name = "payments_half_range_365d"
    own = cs.Feature(
        name, term, "half range", "half the range", "money", reason_group="cash_flow", source="payments"
    )
    pipeline = cs.CreditPipeline([cs.repayment_features(), own], scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(case.applications, case.portfolio, case.bad)
    values = pipeline.compute_features(case.applications, case.portfolio)["payments_half_range_365d"]
    amounts = pipeline.compute_features(case.applications, case.portfolio)
    assert not np.isnan(values).all()
    assert len(amounts) == len(case.applications)
    pipeline.save(tmp_path / "model")
    assert cs.load(tmp_path / "model").score(case.asked[0], case.portfolio) == pipeline.score(
        case.asked[0], case.portfolio
    )
    monkeypatch.setattr(statistics, "_registered", {})
    with pytest.raises(StatisticNotRegisteredError, match=r"'half_range', version 2"):
        cs.load(tmp_path / "model")


@pytest.mark.parametrize("what", ["folder", "broken link"])
def test_a_part_that_is_no_file_is_refused(saved: Path, tmp_path: Path, what: str) -> None:
    folder = copied(saved, tmp_path / "model")
    for name in PARTS[FORMAT]:
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        (folder / name).mkdir() if what == "folder" else (folder / name).symlink_to(tmp_path / "nothing")
        with pytest.raises(ArtefactError, match=f"{name} cannot be read"):
            cs.load(folder)
        (folder / name).rmdir() if what == "folder" else (folder / name).unlink()
        (folder / name).write_bytes(content)
    assert cs.load(folder)


@pytest.mark.parametrize("form", [[], {}, None, "3", True, 3.5])
def test_a_format_that_is_no_known_number_is_refused(saved: Path, tmp_path: Path, form: object) -> None:
    folder = copied(saved, tmp_path / "model")
    body = json.loads((folder / MANIFEST).read_text("utf-8")) | {"format": form}
    del body["sha256"]
    (folder / MANIFEST).write_text(canonical(body | {"sha256": sha256(canonical(body))}), "utf-8")
    with pytest.raises(ArtefactError, match="has format"):
        cs.load(folder)


def test_saving_where_a_link_leads_replaces_what_is_there_and_keeps_the_link(
    case: Case, saved: Path, tmp_path: Path
) -> None:
    real, link = copied(saved, tmp_path / "real"), tmp_path / "current"
    link.symlink_to(real, target_is_directory=True)
    (real / "recipe.json").write_text("spoilt", "utf-8")
    case.pipeline.save(link)
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "real"]
    assert cs.load(real).model.model_id == cs.load(link).model.model_id == case.pipeline.model.model_id
