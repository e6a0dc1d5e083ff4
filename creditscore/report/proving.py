"""Reports that prove themselves: the JSON within a page or a PDF file, and whether the file says the same."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from creditscore._ground.asked import path_of
from creditscore._ground.canonical import MOST_BYTES, canonical_v1, read_json, sha256
from creditscore._ground.extras import needs
from creditscore._ground.files import read_bounded
from creditscore.errors import ArtefactError, MissingExtraError
from creditscore.report.change import SCHEMA as CHANGE
from creditscore.report.change import ChangeReport
from creditscore.report.decision import SCHEMA as DECISION
from creditscore.report.decision import DecisionReport
from creditscore.report.document import ATTACHED, CLOSES, OPENS, WITHIN_A_PAGE, Report
from creditscore.report.following import follows_not
from creditscore.report.formed import parts_of_none
from creditscore.report.model import SCHEMA as MODEL
from creditscore.report.model import ModelReport
from creditscore.report.monitoring import SCHEMA as MONITORING
from creditscore.report.monitoring import MonitoringReport
from creditscore.report.renderer import renderer
from creditscore.report.subject import SCHEMA as SUBJECT
from creditscore.report.subject import SubjectExport
from creditscore.report.visible import SaidDifference, Visible
from creditscore.signing.signatures import PART as SIGNATURE

PAGE, PDF, JSON = "page", "pdf", "json"
_SHOWN: Final = 40
_PAGE_BEGINS: Final = b"<!doctype html"
_PDF_BEGINS: Final = b"%PDF-"
_EMBEDDED: Final = re.compile(re.escape(OPENS) + "(.*?)" + re.escape(CLOSES), re.DOTALL)
_UNTOLD: Final = frozenset(("/Parent", "/P", "/ID", "/Headers", "/Length"))
KINDS: Final[dict[str, type[Report]]] = {
    DECISION: DecisionReport,
    MODEL: ModelReport,
    CHANGE: ChangeReport,
    SUBJECT: SubjectExport,
    MONITORING: MonitoringReport,
}


def form_of(content: bytes) -> str:
    """Say whether a file is a page, a PDF file, or neither and so perhaps JSON, by how it begins."""
    if content[:5] == _PDF_BEGINS:
        return PDF
    return PAGE if content[:64].lstrip().lower().startswith(_PAGE_BEGINS) else JSON


def json_within(content: bytes) -> str:
    """Take the JSON out of a page or a PDF file, in the form in which reports write it.

    Parameters
    ----------
    content : bytes
        Of a file that `Report.save` wrote; JSON itself is returned as it is.

    Raises
    ------
    ArtefactError
        If there is none in it, more than one, or one that is not canonical.
    MissingExtraError
        For a PDF file, if pypdf is not installed.
    """
    form = form_of(content)
    if form == PDF:
        found = _attached(content)
    else:
        text = _decoded(content)
        found = _EMBEDDED.findall(text) if form == PAGE else [text]
    if len(found) != 1:
        raise ArtefactError(f"A report carries its JSON once. This file carries it {len(found)} times.")
    if form == PAGE:
        inside = canonical_v1(read_json(found[0], "The JSON of the page"))
        if inside.translate(WITHIN_A_PAGE) != found[0]:
            raise ArtefactError("The JSON of the page is written otherwise than its parts make.")
        return inside
    return found[0]


def read_report(path: str | Path) -> Report:
    """Read a report from its JSON, its page or its PDF file.

    Parameters
    ----------
    path : path
        What `Report.save` wrote.

    Returns
    -------
    DecisionReport, ModelReport, ChangeReport, MonitoringReport or SubjectExport

    Raises
    ------
    ArtefactError
        If it is no report, or changed since it was made; a page or PDF file must also say what its JSON says.

    Examples
    --------
    >>> import tempfile
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> report = cs.decision_report(pipeline.decide(german.applications.take([0]), cs.Portfolio()))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report.save(f"{folder}/report.html")
    ...     cs.read_report(f"{folder}/report.html").data["sha256"] == report.data["sha256"]
    True
    """
    file = path_of("path", path)
    try:
        content = read_bounded(file, MOST_BYTES)
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read: {error}") from error
    report = report_of(read_json(json_within(content), str(path)))
    differences = chain(parts_of_none(report.data, report.schema()), said_otherwise(content, report))
    difference = next(differences, None)
    if difference is not None:
        raise ArtefactError(f"{path} does not say what its JSON says. {difference}.")
    difference = next(follows_not(report.data), None) if isinstance(report, DecisionReport) else None
    if difference is not None:
        raise ArtefactError(f"{path} says what does not follow from its record. {difference}.")
    return report


def report_of(data: Any) -> Report:
    """Make a report of its JSON, after checking the hash.

    Raises
    ------
    ArtefactError
        If it is no report, or its hash is another.
    """
    kind = KINDS.get(str(data.get("schema"))) if isinstance(data, dict) else None
    if kind is None:
        raise ArtefactError(f"A report has one of the schemas {', '.join(KINDS)}.")
    body = {name: part for name, part in data.items() if name not in ("sha256", SIGNATURE)}
    if data.get("sha256") != sha256(canonical_v1(body)):
        raise ArtefactError("The report changed since it was made. Ask for it anew.")
    return kind(data)


def said_otherwise(content: bytes, report: Report) -> Iterator[SaidDifference]:
    """Find where a page or PDF file parts from what its JSON says; JSON itself has nowhere to.

    A page that names the renderer of this version is made again and compared to the byte. Of another,
    verdict, reasons and every text with a figure are compared. A PDF file has all text, and the same notes,
    fields, images and attachments; drawn with the fonts and version of this machine, also everything else.
    """
    form = form_of(content)
    if form == JSON:
        return
    try:
        page = report.to_html()
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        yield SaidDifference("page", type(error).__name__, str(error))
        return
    same = _is_of_this_version(report)
    if form == PDF:
        yield from _of_pdf(content, report)
    elif same:
        if page.encode() != content:
            yield _first_different(_decoded(content), page)
    else:
        yield from Visible(_decoded(content)).parts_from(Visible(page))


def _of_pdf(content: bytes, report: Report) -> Iterator[SaidDifference]:
    again = report.pdf_bytes()
    if again == content:
        return
    for what, part in (("text", _letters), ("parts", _parts)):
        said, made = part(content), part(again)
        if said != made:
            yield _first_different(said, made)._replace(what=what)
            return
    if _drawn_with(content) == _drawn_with(again) and _objects(content) != _objects(again):
        yield SaidDifference("drawing", "something else over or beside the same text")


def is_made_elsewhere(content: bytes, report: Report) -> bool:
    """Tell whether a page or PDF file was made by another version, or drawn with other fonts, than here.

    What hides or covers what it says cannot be seen then: only what it says is compared, and the parts.
    """
    form = form_of(content)
    if form == PDF:
        return _drawn_with(content) != _drawn_with(report.pdf_bytes())
    return form == PAGE and not _is_of_this_version(report)


def _is_of_this_version(report: Report) -> bool:
    environment = report.data.get("environment")
    return isinstance(environment, Mapping) and environment.get("renderer") == renderer()


def _of_a_file(read: Callable[[Any], str]) -> Callable[[bytes], str]:
    """Read something of a PDF file; what cannot be read of a broken one is said so."""

    def found(content: bytes) -> str:
        opened = _opened(content)
        try:
            return read(opened)
        except Exception as error:
            raise ArtefactError(f"The PDF file cannot be read: {error}.") from error

    return found


@_of_a_file
def _letters(opened: Any) -> str:
    """All text of a PDF file without blanks: lines break elsewhere with other fonts."""
    return "".join("".join(page.extract_text().split()) for page in opened.pages)


@_of_a_file
def _parts(opened: Any) -> str:
    """What stands beside the text: parts of the catalogue, notes and fields on pages, actions, images."""
    beside = [str(note.get_object()["/Subtype"]) for page in opened.pages for note in page.annotations or ()]
    images = sum(len(page.images) for page in opened.pages)
    acting = sum("/AA" in page for page in opened.pages)
    attached = sorted(opened.attachments)
    return " ".join(map(str, [sorted(opened.trailer["/Root"]), sorted(beside), images, acting, attached]))


@_of_a_file
def _drawn_with(opened: Any) -> str:
    """By what a PDF file says that it was drawn: the version, and fonts without the mark of their subset."""
    fonts = {
        str(font.get_object().get("/BaseFont")).rpartition("+")[2]
        for page in opened.pages
        for font in (page["/Resources"].get("/Font") or {}).values()
    }
    return f"{(opened.metadata or {}).get('/Producer')} {sorted(fonts)}"


@_of_a_file
def _objects(opened: Any) -> str:
    """All that a PDF file holds, but numbers of cells of tables: in WeasyPrint 67 places in memory."""
    return sha256(repr([_walked(opened.trailer[part], set()) for part in ("/Root", "/Info")]))


def _walked(thing: Any, seen: set[int]) -> object:
    number = getattr(thing, "idnum", None)
    if number in seen:
        return number
    seen |= set() if number is None else {number}
    found = thing.get_object()
    if isinstance(found, Mapping):
        named = sorted((str(name), part) for name, part in found.items() if name not in _UNTOLD)
        content = found.get_data() if hasattr(found, "get_data") else b""
        return content, [(name, _walked(part, seen)) for name, part in named]
    return [_walked(part, seen) for part in found] if isinstance(found, list) else str(found)


def _attached(content: bytes) -> list[str]:
    return [_decoded(bytes(one)) for one in _opened(content).attachments.get(ATTACHED, ())]


def _opened(content: bytes) -> Any:
    with needs("read_report", package="pypdf", extra="pdf"):
        from pypdf import PdfReader
    try:
        return PdfReader(io.BytesIO(content))
    except MissingExtraError:
        raise
    except Exception as error:
        raise ArtefactError(f"The PDF file cannot be read: {error}.") from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ArtefactError(f"The report is no text in UTF-8: {error}.") from error


def _first_different(said: str, made: str) -> SaidDifference:
    shorter = min(len(said), len(made))
    at = next((at for at in range(shorter) if said[at] != made[at]), shorter)
    return SaidDifference("bytes", said[at : at + _SHOWN], made[at : at + _SHOWN])
