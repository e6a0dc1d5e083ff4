"""What every report is: JSON that is the truth, and HTML and PDF made from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore._ground.extras import needs
from creditscore._ground.files import write_by_ending, write_whole
from creditscore.errors import SigningError
from creditscore.report.glyphs import every_glyph
from creditscore.report.pages.parts import made_with
from creditscore.report.renderer import renderer
from creditscore.signing import moments
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import signed_document

ATTACHED: Final = "report.json"
OPENS: Final = '<script type="application/json" id="report-json">'
CLOSES: Final = "</script>"
# PDF/A-3a: tagged, with an output intent, and files may be attached.
_VARIANT: Final = "pdf/a-3a"
WITHIN_A_PAGE: Final = str.maketrans({one: f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"})


def environment() -> dict[str, str]:
    """Say what a report is made with: the version of the library, and the hash of what makes the page."""
    return {"creditscore": made_with(), "renderer": renderer()}


def hashed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of a report with its hash."""
    return {**body, "sha256": sha256(canonical_v1(body))}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report:
    """A report: its JSON, and the page made from it.

    Attributes
    ----------
    data : mapping
        The JSON. ``data["sha256"]`` is the hash of the canonical JSON of everything else.
    """

    SCHEMA_FILE: ClassVar[str]

    data: Mapping[str, Any]

    def __post_init__(self) -> None:
        # In the order of its JSON, so that a report that is read makes the page that it made before.
        object.__setattr__(self, "data", json.loads(canonical_v1(dict(self.data))))

    def _page(self) -> str:
        """Make the page."""
        raise TypeError(f"{type(self).__name__} has no page of its own.")

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of the report."""
        file = files("creditscore.report.schemas").joinpath(cls.SCHEMA_FILE)
        schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return schema

    def to_dict(self) -> dict[str, Any]:
        """Return a copy of the JSON as plain data."""
        return deepcopy(dict(self.data))

    def to_json(self) -> str:
        """Write canonical JSON: sorted keys, no spaces, numbers that return bit for bit."""
        return canonical_v1(dict(self.data))

    def to_html(self) -> str:
        """Write one self-contained page: nothing in it is fetched, nothing in it runs.

        The page carries its JSON, as text that no browser runs: `creditscore verify page.html` makes the page
        again from it and compares every byte.
        """
        inside = self.to_json().translate(WITHIN_A_PAGE)
        before, body, after = self._page().rpartition("</body>")
        return f"{before}{OPENS}{inside}{CLOSES}{body}{after}"

    def to_pdf(self, path: str | Path) -> None:
        """Write the same page as a PDF/A-3a file, whole or not at all; its JSON is attached.

        Raises
        ------
        MissingExtraError
            If WeasyPrint is not installed.
        FontMissingError
            If no font of this machine has the characters of the page.
        """
        write_whole(Path(path), self.pdf_bytes())

    def pdf_bytes(self) -> bytes:
        """Make the PDF file; it raises what `to_pdf` raises."""
        with needs(f"{type(self).__name__}.to_pdf", package="weasyprint", extra="pdf"):
            from weasyprint import HTML, Attachment
        made = datetime.fromisoformat(str(self.data.get("issued_at") or self.data.get("generated_at")))
        attached = Attachment(
            string=self.to_json().encode(), name=ATTACHED, created=made, modified=made, relationship="Source"
        )
        with every_glyph():
            written: bytes = HTML(string=self._page(), url_fetcher=_refuse).write_pdf(
                pdf_variant=_VARIANT,
                attachments=[attached],
                pdf_identifier=bytes.fromhex(str(self.data["sha256"]))[:16],
            )
        return written

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all; its ending says which: ``.json``, ``.html`` or ``.pdf``.

        Raises
        ------
        ParameterError
            If the ending is another one.
        """
        write_by_ending(path, {".html": self.to_html, ".pdf": self.pdf_bytes, ".json": self.to_json})

    def signed(self, key: SigningKey) -> Self:
        """Return the report with a signature of all of it, which its page and its PDF file carry too.

        Parameters
        ----------
        key : SigningKey

        Raises
        ------
        SigningError
            If it says that it was issued or made at a moment that is yet to come.
        """
        at = str(self.data.get("issued_at") or self.data.get("generated_at"))
        if datetime.fromisoformat(at) > moments.now():
            raise SigningError(f"The report says it is of {at}, which is yet to come. Sign it then.")
        return type(self)(signed_document("report", self.data, key))

    def __repr__(self) -> str:
        shown = {name: self.data[name] for name in ("audience", "language") if name in self.data}
        return f"{type(self).__name__}({json.dumps(shown)[1:-1]}, sha256 {self.data['sha256'][:12]})"

    def _repr_html_(self) -> str:
        page = escape(self.to_html())
        style = "width:100%;height:42rem;border:1px solid #8886;border-radius:6px"
        return f'<iframe sandbox title="{escape(repr(self))}" srcdoc="{page}" style="{style}"></iframe>'


def _refuse(url: str, *_: Any, **__: Any) -> Any:
    """Fetch nothing: a report holds all that it shows."""
    raise ValueError(f"A report fetches nothing, but its page names {url}.")
