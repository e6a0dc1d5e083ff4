"""What a machine has of all that the library can use."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import creditscore
from creditscore.errors import FontMissingError

_NEEDED: Final = (
    "numpy",
    "scipy",
    "numba",
    "lightgbm",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "narwhals",
    "networkx",
    "shap",
)
_EXTRAS: Final = {
    "matplotlib": "plots",
    "weasyprint": "pdf",
    "cryptography": "ledger",
}
_ZONES: Final = ("UTC", "Asia/Tehran", "Asia/Shanghai", "Africa/Lagos", "America/Sao_Paulo")
# A word in each script that pages are written in.
_SCRIPTS: Final = {"English": "score", "Persian": "امتیاز", "Chinese": "信用评分"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked for.

    Attributes
    ----------
    name, found : str
        What it is, and what there is of it.
    passed, needed : bool
        Whether it is there, and whether the library does not work without it.
    remedy : str
        What to do where it is not there.
    """

    name: str
    found: str
    passed: bool
    needed: bool
    remedy: str

    def to_dict(self) -> dict[str, Any]:
        """Write the check as plain data."""
        return asdict(self)


def examine() -> tuple[Check, ...]:
    """Look for everything that the library needs or can use on this machine."""
    packages = [_package(name, needed=True, extra="") for name in _NEEDED]
    extras = [_package(name, needed=False, extra=extra) for name, extra in _EXTRAS.items()]
    python = f"{platform.python_version()} on {platform.platform()}, {os.cpu_count() or 1} processors"
    first = Check("python", python, sys.version_info >= (3, 11), True, "Use Python 3.11 or later.")
    return (first, *packages, *extras, _kernels(), *map(_zone, _ZONES), *_fonts())


def _package(name: str, *, needed: bool, extra: str) -> Check:
    remedy = f"pip install 'creditscore[{extra}]'" if extra else f"pip install {name}"
    try:
        return Check(name, version(name), True, needed, remedy)
    except PackageNotFoundError:
        return Check(name, "not installed.", False, needed, remedy)


def _kernels() -> Check:
    """Whether compiled kernels can be kept from one process to the next."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else Path(str(creditscore.__file__)).parent
    remedy = "Set NUMBA_CACHE_DIR to a folder of yours, or each process compiles for a minute."
    wrong = _tried(lambda: tempfile.TemporaryFile(dir=folder).close())
    return Check("compiled kernels", wrong or f"kept beside {folder}", wrong is None, False, remedy)


def _zone(name: str) -> Check:
    from zoneinfo import ZoneInfo

    wrong = _tried(lambda: ZoneInfo(name))
    return Check(f"zone {name}", wrong or "known", wrong is None, True, "pip install tzdata")


def _fonts() -> tuple[Check, ...]:
    remedy = "Install fonts, such as the packages fonts-noto-core and fonts-noto-cjk, to write PDF files."
    return tuple(Check(f"font for {name}", *_font(word), False, remedy) for name, word in _SCRIPTS.items())


def _font(word: str) -> tuple[str, bool]:
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        return "not tried without weasyprint.", False
    from creditscore.report.glyphs import every_glyph

    try:
        with every_glyph():
            HTML(string=f"<p>{word}</p>").write_pdf()
    except FontMissingError:
        return "none here.", False
    return "there", True


def _tried(act: Callable[[], Any]) -> str | None:
    """What went wrong; None if nothing did."""
    try:
        act()
    except (OSError, LookupError, ValueError) as error:
        return f"{type(error).__name__}."
    return None
