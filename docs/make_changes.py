"""Move the fragments of changes/ into CHANGELOG.md, under the headings of what is not released yet.

    python docs/make_changes.py

A fragment is a file `WORDS.KIND.md` with lines of a list, so that two changes never meet in one file.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("changed", "added", "deprecated", "removed", "fixed", "security")
UNRELEASED = "## Unreleased\n"


def kind_of(fragment: Path) -> str:
    """Under which heading a fragment goes.

    Raises
    ------
    ValueError
        If its name is not WORDS.KIND.md, or its text is no list.
    """
    words, _, kind = fragment.name.removesuffix(".md").rpartition(".")
    if not words or kind not in KINDS or fragment.suffix != ".md":
        raise ValueError(f"{fragment.name}: name it WORDS.KIND.md, where KIND is one of {', '.join(KINDS)}")
    if not fragment.read_text(encoding="utf-8").startswith("- "):
        raise ValueError(f"{fragment.name}: write it as a list; its first line begins with '- '")
    return kind


def merged(changelog: str, fragments: list[Path]) -> str:
    """The changelog with what the fragments say, newest first under each heading."""
    head, found, rest = changelog.partition(UNRELEASED)
    if not found:
        raise ValueError(f"CHANGELOG.md has no line {UNRELEASED.strip()!r}")
    here, following, older = rest.partition("\n## ")
    for kind in reversed(KINDS):
        texts = [one.read_text(encoding="utf-8").strip() for one in fragments if kind_of(one) == kind]
        if not texts:
            continue
        heading, new = f"\n### {kind.capitalize()}\n\n", "\n".join(texts) + "\n"
        here = here.replace(heading, heading + new, 1) if heading in here else f"{heading}{new}{here}"
    return head + found + here + following + older


def main(root: Path = ROOT) -> None:
    """Write CHANGELOG.md and take the fragments away."""
    fragments = sorted(path for path in (root / "changes").glob("*.md") if path.name != "README.md")
    target = root / "CHANGELOG.md"
    target.write_text(merged(target.read_text(encoding="utf-8"), fragments), encoding="utf-8")
    for fragment in fragments:
        fragment.unlink()


if __name__ == "__main__":
    main()
