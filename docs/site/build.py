"""Build the site into build/site: stage pages, run the generator, check what it wrote. Run by `make docs`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from docs.site import catalogue, notebooks, reference
from docs.site.check import faults
from docs.site.config import settings, toml
from docs.site.navigation import CHINESE, ENGLISH, PERSIAN, Section, pages, staged
from docs.site.stage import ROOT, Stage

BUILD = ROOT / "build"
SITE = BUILD / "site"
SOURCE = BUILD / "site-source"
RUNS = BUILD / "site-notebooks"
AT_THE_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
ASSETS = Path(__file__).with_name("assets")


def build() -> list[str]:
    """Build every language and return what is wrong with the result, one line a fault."""
    for folder in (SITE, SOURCE):
        shutil.rmtree(folder, ignore_errors=True)
    generate("en", ENGLISH, SITE, addresses(PERSIAN, "fa") | addresses(CHINESE, "zh"))
    for language, nav in (("fa", PERSIAN), ("zh", CHINESE)):
        generate(language, nav, SITE / language, addresses(ENGLISH, ".."))
    return [*misspelt(), *faults(SITE)]


def misspelt() -> list[str]:
    """Words that look misspelt, each with its page and line; names are let be in pyproject.toml."""
    speller = Path(sys.executable).with_name("typos")
    found = subprocess.run(
        [speller, "--format", "brief", "docs", "examples", "notebooks", "benchmarks/README.md", *AT_THE_TOP],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # Words are told on one stream; on the other whatever kept it from looking.
    return [*found.stderr.splitlines(), *found.stdout.splitlines()]


def addresses(nav: list[str | Section], folder: str) -> dict[str, str]:
    """Where the pages of one language are found from the root of another's site."""
    return {page: f"{folder}/{staged(page).removesuffix('.md')}.html" for page in pages(nav)}


def generate(language: str, nav: list[str | Section], target: Path, beside: dict[str, str]) -> None:
    """Stage the pages of one language and let the generator write its site."""
    source = SOURCE / language
    stage = Stage(source, pages(nav), beside)
    made = {} if language != "en" else reference.pages() | catalogue.pages()
    for page in stage.pages:
        if page in made:
            stage.put(page, made[page])
        else:
            stage.write(page, read(page, source))
    stage.write_shown()
    shutil.copytree(ASSETS, source / "assets", dirs_exist_ok=True)
    config = BUILD / f"site-{language}.toml"
    said = settings(language, nav, source.relative_to(BUILD), target.relative_to(BUILD))
    config.write_text(toml(said), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", str(config)],
        check=True,
    )
    if language != "en":
        # What is not found is told by the page of the whole site; a part's would link beyond its own root.
        (target / "404.html").unlink()


def read(page: str, source: Path) -> str:
    """The text of a page of the project; a notebook is run, its pictures are laid beside it."""
    path = ROOT / page
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    pictures: dict[str, bytes] = {}
    text = notebooks.page(notebooks.executed(path, RUNS), path.stem, pictures)
    folder = (source / staged(page)).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / name).write_bytes(picture)
    return text


if __name__ == "__main__":
    wrong = build()
    print("\n".join(wrong) or f"The site is in {SITE.relative_to(ROOT)}, without a fault.")
    sys.exit(bool(wrong))
