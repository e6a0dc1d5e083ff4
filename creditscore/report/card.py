"""Model cards: what a model report knows, in the forms that others ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from creditscore._ground.asked import check_known
from creditscore._ground.files import write_by_ending
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.report.model import ModelReport
from creditscore.words.cards import ANNEX_IV, HUGGING_FACE, METRICS, SAID

Data: TypeAlias = Mapping[str, Any]
CardForm: TypeAlias = Literal["hugging_face", "annex_iv"]

_HEADINGS: Final = MappingProxyType({"hugging_face": HUGGING_FACE, "annex_iv": ANNEX_IV})
_PACKAGES: Final = ("python", "lightgbm", "numpy", "scipy", "scikit-learn", "numba", "pandas", "pyarrow")
# What would begin markup, a link or a table where a text of the caller's is put.
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~]|^[-+=])")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelCard:
    """A model card, made by `model_card`.

    Attributes
    ----------
    form : {"hugging_face", "annex_iv"}
    text : str
        Markdown; for Hugging Face it begins with its metadata.
    missing : tuple of str
        Sections about which the report knows nothing and nothing was given.
    """

    form: CardForm
    text: str
    missing: tuple[str, ...]

    def save(self, path: str | Path) -> None:
        """Write a ``.md`` file, whole or not at all."""
        write_by_ending(path, {".md": lambda: self.text})

    def __repr__(self) -> str:
        return f"ModelCard({self.form}, {len(self.missing)} sections missing)"

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text)}</pre>"


def model_card(
    report: ModelReport,
    *,
    form: CardForm = "hugging_face",
    given: Mapping[str, str] | None = None,
    licence: str = "",
) -> ModelCard:
    """Write a model card from a model report.

    Parameters
    ----------
    report : ModelReport
    form : {"hugging_face", "annex_iv"}
        The form of Hugging Face's hub, or the headings of Annex IV of the AI Act.
    given : mapping of str to str, optional
        Texts for sections, by name, which stand beside what the report knows; plain text, no markup. The
        names of a form are its sections: see `ModelCard.missing`.
    licence : str, optional
        Name of the licence, for the metadata of Hugging Face.

    Returns
    -------
    ModelCard

    Raises
    ------
    NameUnknownError
        If `form` or a section of `given` is not known.
    ParameterError
        If `report` is none, or not in English.

    References
    ----------
    Mitchell, Wu, Zaldivar et al. (2019), "Model cards for model reporting", FAT* 2019; Regulation (EU)
    2024/1689, Annex IV.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline([cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> known = german.applications, cs.Portfolio(), german.bad
    >>> report = cs.model_report(pipeline, *known, resamples=20, refits=0)
    >>> card = cs.model_card(report, form="annex_iv", given={"oversight": "A person reviews each refusal."})
    >>> "A person reviews each refusal" in card.text, "oversight" in card.missing
    (True, False)
    """
    if not isinstance(report, ModelReport):
        raise ParameterError.must_be("report", "a ModelReport", type(report).__name__)
    if report.data["language"] != "en":
        raise ParameterError.must_be("report", "a report in English, as cards are", report.data["language"])
    check_known("form", form, _HEADINGS)
    own, headings = dict(given or {}), _HEADINGS[form]
    for name, text in own.items():
        if name not in dict(headings):
            raise NameUnknownError.among("section of given", name, [one for one, _ in headings])
        if not isinstance(text, str):
            raise ParameterError.must_be(f"given[{name!r}]", "a text", type(text).__name__)
    data = report.data
    lines = [
        f"# {SAID[f'title.{form}']}",
        "",
        _say("intro", version=_version(data), report=data["sha256"][:12]),
    ]
    missing = []
    for name, heading in headings:
        known = [line for line in _KNOWN[name](data) if line] if name in _KNOWN else []
        known += [_plain(own[name])] if own.get(name) else []
        if not known:
            missing.append(name)
        lines += ["", f"## {heading}", "", *_apart(known or [SAID["missing"]])]
    text = "\n".join(lines) + "\n"
    return ModelCard(
        form, _metadata(data, licence) + text if form == "hugging_face" else text, tuple(missing)
    )


def _say(key: str, **fields: Any) -> str:
    return SAID[key].format(**fields)


def _plain(text: str) -> str:
    """Take every mark of its meaning, so that a text stays what it was given as."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def _apart(blocks: list[str]) -> Iterator[str]:
    """Put an empty line between paragraphs, and none between items or rows."""
    before = ""
    for block in blocks:
        if before and not (block[:2] == before[:2] and block[:2] in ("- ", "| ")):
            yield ""
        yield block
        before = block.splitlines()[-1]


def _version(data: Data) -> str:
    return str(data["environment"]["creditscore"])


def _metadata(data: Data, licence: str) -> str:
    """Return the metadata that the hub reads; every text is a JSON string, which YAML reads as it is."""
    found = data.get("performance", {})
    results = []
    if found and found["basis"] != "training":
        results = [
            f"    - type: {json.dumps(name)}\n      value: {figure['value']!r}\n      name: {METRICS[name]}"
            for name, figure in sorted(found["overall"]["figures"].items())
            if figure["value"] is not None
        ]
    head = ["---", "library_name: creditscore", "pipeline_tag: tabular-classification"]
    head += ["tags:", "- credit-scoring", "- lightgbm"]
    head += [f"license: {json.dumps(licence)}"] if licence else []
    if results:
        head += ["model-index:", f"- name: {json.dumps(data['model_id'])}", "  results:"]
        head += [
            "  - task:",
            "      type: tabular-classification",
            "    dataset:",
            "      type: applications",
        ]
        head += [f"      name: {json.dumps(str(found['basis']))}", "    metrics:", *results]
    return "\n".join([*head, "---", "", ""])


def _details(data: Data) -> Iterator[str]:
    dictionary = data.get("dictionary")
    if dictionary:
        yield _say("model", model=data["model_id"], used=dictionary["used"], all=dictionary["all"])
    responsible = data["responsible"]
    for name in ("owner", "validator"):
        if responsible[name]:
            yield _say(name, **{name: _plain(responsible[name])})


def _uses(data: Data) -> Iterator[str]:
    for name in ("purpose", "population", "target"):
        if data["purpose"][name]:
            yield _say(name, text=_plain(data["purpose"][name]))


def _training_data(data: Data) -> Iterator[str]:
    found = data.get("data")
    if found:
        days = {end: found["period"][end][:10] for end in ("first", "last")}
        yield _say("rows", rows=found["applications"], unscorable=found["unscorable"], **days)
        for table in found["tables"]:
            yield "- " + _say("table", name=table["table"], rows=table["rows"])
    for one in data.get("sources", {}).get("shares", ()):
        yield "- " + _say("source", name=one["source"], share=f"{one['share']:.1%}")


def _procedure(data: Data) -> Iterator[str]:
    fit = (data.get("data") or {}).get("fit") or data.get("fit")
    if fit:
        yield _say("fitted", used=fit["used"], given=fit["applications"], folds=_plain(fit["folds"]))
        signs = data.get("dictionary", {}).get("signs", {"violations": SAID["unknown"], "trials": 0})
        yield _say("trees", trees=fit["trees"], **signs)


def _evaluation(data: Data) -> Iterator[str]:
    found = data.get("performance")
    if not found:
        return
    overall = found["overall"]
    yield _say(f"basis.{found['basis']}", rows=overall["applications"], bads=overall["bads"])
    yield _say("figures", level=f"{overall['level']:.0%}")
    for name in METRICS:
        figure = overall["figures"].get(name)
        if figure and figure["value"] is not None:
            ends = {end: f"{figure[end]:.4f}" for end in ("value", "low", "high")}
            yield _say("figure", name=METRICS[name], **ends)
    for one in data.get("thresholds", ()):
        mark = SAID["passed" if one["passed"] else "failed"]
        yield _say("threshold", name=one["name"], found=f"{one['found']:.3g}", mark=mark)


def _explanations(data: Data) -> Iterator[str]:
    found = data.get("quality")
    if found:
        same = SAID["same" if found["identical"] else "other"]
        yield _say("quality", additivity=f"{found['additivity']:.1e}", same=same)


def _limits(data: Data) -> Iterator[str]:
    for text in data["limits"]:
        yield _say("limit", text=_plain(text))
    if data["not_included"]:
        yield SAID["absent_intro"]
    for one in data["not_included"]:
        yield _say("absent", title=_plain(one["title"]), text=_plain(one["text"]))


def _environment(data: Data) -> Iterator[str]:
    for name in _PACKAGES:
        yield _say("package", name=name, version=data["environment"][name])


_KNOWN: Final[Mapping[str, Callable[[Data], Iterator[str]]]] = MappingProxyType(
    {
        "details": _details,
        "uses": _uses,
        "limits": _limits,
        "training_data": _training_data,
        "procedure": _procedure,
        "evaluation": _evaluation,
        "explanations": _explanations,
        "environment": _environment,
    }
)
