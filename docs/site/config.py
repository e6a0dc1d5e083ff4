"""The settings of the site generator, one for each language, as it reads them (TOML)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.site.navigation import Section, staged

# Words are cut at spaces and marks. A Chinese site is cut into words by the browser; elsewhere each Chinese
# character is a word, so that what pages say in Chinese is found there too.
SEPARATOR = r"""[\s\-_,:!=\[\]()"'`/،؛؟。，、；：？！（）《》“”]+|\.(?!\d)"""
CHARACTERS = r"|(?=[一-鿿])|(?<=[一-鿿])"

ADMITTED = ["abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables"]

LANGUAGES = {"en": "English", "fa": "فارسی", "zh": "中文"}


def settings(
    language: str, nav: list[str | Section], source: Path, target: Path
) -> dict[str, Any]:
    """Everything the generator is told about one language's site.

    `source` holds its pages, `target` takes the site.
    """
    separator = SEPARATOR if language == "zh" else SEPARATOR + CHARACTERS
    root = "." if language == "en" else ".."
    project: dict[str, Any] = {
        "site_name": "creditscore",
        "site_description": SAYS[language],
        "docs_dir": str(source),
        "site_dir": str(target),
        "use_directory_urls": False,
        "nav": [_entry(one) for one in nav],
        "extra_css": ["assets/site.css"],
        "extra_javascript": ["assets/narrow.js"],
        "extra": {
            "generator": False,
            "alternate": [
                {"name": name, "lang": code, "link": _front(code, root)} for code, name in LANGUAGES.items()
            ],
            "polyfills": ["assets/iframe-worker.js"],
        },
        "theme": _theme(language),
        "plugins": {"search": {"separator": separator}, "offline": {}},
        "markdown_extensions": _extensions(),
    }
    if language == "en":
        project["plugins"]["mkdocstrings"] = {"handlers": {"python": _docstrings()}}
    return {"project": project}


SAYS = {
    "en": "Credit scores from payments, repayments and other alternative data",
    "fa": "نمرهٔ اعتباری از پرداخت‌ها، بازپرداخت‌ها و داده‌های جایگزین",
    "zh": "用支付、还款和其他替代数据计算信用评分",
}


def _front(code: str, root: str) -> str:
    return f"{root}/index.html" if code == "en" else f"{root}/{code}/index.html"


def _entry(entry: str | Section) -> Any:
    if isinstance(entry, str):
        return staged(entry)
    return {entry[0]: [_entry(one) for one in entry[1]]}


def _theme(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "font": False,
        "features": [
            "navigation.tabs",
            "navigation.sections",
            "navigation.top",
            "navigation.footer",
            "navigation.indexes",
            "content.code.copy",
            "search.highlight",
            "toc.follow",
        ],
        "palette": [
            _palette("(prefers-color-scheme)", "default", "lucide/sun-moon", TOGGLES[language][0]),
            _palette("(prefers-color-scheme: light)", "default", "lucide/sun", TOGGLES[language][1]),
            _palette("(prefers-color-scheme: dark)", "slate", "lucide/moon", TOGGLES[language][2]),
        ],
    }


TOGGLES = {
    "en": ("Switch to light", "Switch to dark", "As the system has it"),
    "fa": ("روشن", "تیره", "مانند سیستم"),
    "zh": ("浅色", "深色", "跟随系统"),
}


def _palette(media: str, scheme: str, icon: str, name: str) -> dict[str, Any]:
    palette: dict[str, Any] = {"media": media, "toggle": {"icon": icon, "name": name}}
    return palette if media == "(prefers-color-scheme)" else palette | {"scheme": scheme}


def _extensions() -> dict[str, Any]:
    return {name: {} for name in ADMITTED} | {
        "toc": {
            "permalink": True,
            "toc_depth": 3,
            "slugify": {"object": "pymdownx.slugs.slugify", "kwds": {"case": "lower"}},
        },
        "pymdownx": {
            "details": {},
            "highlight": {"pygments_lang_class": True},
            "inlinehilite": {},
            "superfences": {},
            "tabbed": {"alternate_style": True},
        },
    }


def _docstrings() -> dict[str, Any]:
    return {
        "paths": [str(Path(__file__).resolve().parents[2])],
        "inventories": [],
        "options": {
            "docstring_style": "numpy",
            "heading_level": 3,
            "show_root_heading": True,
            "show_root_full_path": False,
            "show_source": False,
            "separate_signature": True,
            "show_signature_annotations": True,
            "members_order": "source",
        },
    }


def toml(value: Any, path: tuple[str, ...] = ()) -> str:
    """A nested dict as TOML: tables as tables, all else inline."""
    plain = {key: one for key, one in value.items() if not isinstance(one, dict)}
    head = f"[{'.'.join(map(json.dumps, path))}]\n" if path else ""
    lines = head + "".join(f"{json.dumps(key)} = {inline(one)}\n" for key, one in plain.items())
    tables = [toml(one, (*path, key)) for key, one in value.items() if isinstance(one, dict)]
    return lines + "\n" + "".join(tables)


def inline(value: Any) -> str:
    """A value of TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
