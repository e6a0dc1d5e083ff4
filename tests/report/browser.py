"""A headless Chromium, driven without any protocol: it prints the page after its scripts ran, or draws it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape, unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--disable-extensions", "--disable-dev-shm-usage", "--virtual-time-budget=4000",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")

# Runs in the page that holds the frames; what it finds becomes text that --dump-dom prints.
WATCH = """
const all = (page, what) => [...page.querySelectorAll(what)];
addEventListener("load", () => {
  const found = all(document, "iframe").map((frame) => {
    const page = frame.contentDocument, width = frame.contentWindow.innerWidth;
    const inner = all(page.body, "*").filter((one) => {
      if (one.closest(".scroll table, .unseen, .skip")) return false;
      const box = one.getBoundingClientRect();
      return box.width > 2 && (box.right > width + 1 || box.left < -1);
    });
    const style = frame.contentWindow.getComputedStyle(page.documentElement);
    const heading = page.querySelector("h1").getBoundingClientRect();
    return {
      name: frame.title, width, scroll: page.documentElement.scrollWidth, height: page.body.scrollHeight,
      out: inner.slice(0, 5).map((one) => one.outerHTML.slice(0, 120)),
      direction: style.direction, ground: style.backgroundColor, ink: style.color,
      starts: Math.round(style.direction === "rtl" ? width - heading.right : heading.left),
      resources: frame.contentWindow.performance.getEntriesByType("resource").map((one) => one.name),
      blank: all(page, "svg").filter((one) => one.getBoundingClientRect().height < 20).length,
      cut: all(page, ".t, .row .number").filter((one) => one.scrollWidth > one.clientWidth + 1).length,
    };
  });
  document.body.innerHTML = "<pre id=found></pre>";
  document.getElementById("found").textContent = JSON.stringify(found);
});
"""


def find_browser() -> str:
    """Path of a browser; where there is none, the test is skipped, unless one was asked for."""
    asked = os.environ.get("CREDITSCORE_BROWSER")
    if asked:
        found = shutil.which(asked)
        assert found, f"CREDITSCORE_BROWSER names {asked}, which is not there"
        return found
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here; name one in CREDITSCORE_BROWSER")
    return found


def run(*arguments: str) -> str:
    """Run the browser once, with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [find_browser(), *FLAGS, f"--user-data-dir={profile}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def look(pages: dict[str, tuple[str, int]], folder: Path, *, dark: bool = False) -> dict[str, dict[str, Any]]:
    """Lay pages out at their widths, each in a frame of its own, and say what is to be seen."""
    frames = "".join(
        f'<iframe title="{escape(name)}" width="{width}" height="900" style="border:0" '
        f'srcdoc="{escape(_without_policy(html))}"></iframe>'
        for name, (html, width) in pages.items()
    )
    watcher = folder / "watch.html"
    style = "<style>:root{color-scheme:light dark}</style>"
    text = f"<!doctype html><meta charset=utf-8>{style}<body>{frames}<script>{WATCH}</script></body>"
    watcher.write_text(text, encoding="utf-8")
    scheme = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    with served(folder) as address:
        printed = run(*scheme, "--window-size=1600,1000", "--dump-dom", f"{address}/watch.html")
    match = re.search(r'<pre id="found">(.*?)</pre>', printed, re.DOTALL)
    assert match, printed[-2_000:]
    return {one["name"]: one for one in json.loads(unescape(match[1]))}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine: of pages from files a browser keeps no list of what they fetched."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def draw(html: str, width: int, height: int, target: Path) -> None:
    """Draw a page as it is, its own policy included."""
    source = target.with_suffix(".html")
    source.write_text(html, encoding="utf-8")
    run(f"--window-size={width},{height}", f"--screenshot={target}", source.as_uri())


def _without_policy(html: str) -> str:
    """Let the page load whatever it names, so that it would be seen to do so."""
    changed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert changed != html
    return changed
