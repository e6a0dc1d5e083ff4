"""Write docs/reference.md: every public name, how it is called and what it is. Run by `make reference`."""

from __future__ import annotations

import inspect
from pathlib import Path

import creditscore

HEAD = """# Reference

Every public name, as `import creditscore as cs` gives it. `help(cs.NAME)` has parameters, units, errors
and an example. This page is written by `make reference`.
"""


def entry(name: str) -> str:
    """One public name with its signature and the first paragraph of its docstring."""
    value = getattr(creditscore, name)
    summary = (inspect.getdoc(value) or "").partition("\n\n")[0]
    return f"\n### `{name}`\n\n{call(name, value)}{summary}\n"


def call(name: str, value: object) -> str:
    """How it is called, one parameter a line, as a code block; nothing for a module."""
    if not callable(value) or _is_warning(value):
        return ""
    lines: list[str] = []
    for parameter in inspect.signature(value).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "    *," not in lines:
            lines.append("    *,")
        # Annotations are strings, which would otherwise be printed in quotes.
        lines.append(f"    {parameter.name}: {parameter.annotation}{_default(parameter.default)},")
    called = "\n".join([f"{name}(", *lines, ")"]) if lines else f"{name}()"
    return f"```python\n{called}\n```\n\n"


def _default(value: object) -> str:
    """A default as it is written in code: a function by its name, not by where it lies in memory."""
    if value is inspect.Parameter.empty:
        return ""
    return f" = {value.__name__ if inspect.isfunction(value) else repr(value)}"


def _is_warning(value: object) -> bool:
    """Whether it is a class of warnings, which nobody calls."""
    return isinstance(value, type) and issubclass(value, Warning)


if __name__ == "__main__":
    public = [name for name in creditscore.__all__ if not name.startswith("_")]
    page = HEAD + "".join(map(entry, public))
    Path(__file__).with_name("reference.md").write_text(page, encoding="utf-8")
