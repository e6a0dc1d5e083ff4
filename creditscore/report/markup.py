"""HTML and SVG as escaped text: every string that is not markup already is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

Child: TypeAlias = "str | Iterable[Child] | None"
Value: TypeAlias = "str | int | float | bool | None"

_VOID: Final = frozenset({"br", "hr", "meta", "link", "img", "input"})


class Html(str):
    """Text that is markup already; only `tag` and `joined` make it, and constants of this package."""

    __slots__ = ()


def tag(name: str, /, *children: Child, **attributes: Value) -> Html:
    """Write one element.

    Parameters
    ----------
    name : str
        Name of the element.
    *children : str, Html, iterable of them, or None
        Plain strings are escaped; None is left out.
    **attributes : str, int, float, bool or None
        ``class_`` stands for ``class``; other underscores become hyphens. None and False are left out,
        True stands alone.

    Examples
    --------
    >>> str(tag("p", "a < b", class_="note"))
    '<p class="note">a &lt; b</p>'
    """
    opened = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in _VOID:
        return Html(opened)
    return Html(f"{opened}{joined(children)}</{name}>")


def head(title: str, style: str, policy: str | None) -> Html:
    """Begin a page, with the policy of what it may run and ask for if no header of its answer states it."""
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy) if policy else None,
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style)),
    )


def joined(children: Iterable[Child]) -> Html:
    """Write children one after the other."""
    return Html("".join(_pieces(children)))


def _pieces(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Html):
            yield str.__str__(child)
        elif isinstance(child, str):
            yield escape(child)
        elif child is not None:
            yield from _pieces(child)


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(str(value))}"'
