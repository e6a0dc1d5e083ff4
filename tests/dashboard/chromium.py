"""A Chromium that is driven as a person would: clicks, keys, downloads; over a pipe, without any package."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from tests.report.browser import FLAGS, find_browser

WITHOUT = "--virtual-time-budget=4000"
PATIENCE = 60.0
CODES = {
    "Enter": 13, "Tab": 9, "Space": 32, "ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40, "ArrowUp": 38,
    "Home": 36, "End": 35, "Escape": 27,
}  # fmt: skip


class Chromium:
    """One page in a browser of its own; use it with ``with``.

    What a person does is counted in `actions`: a click, a key, a text that is typed, a drag.
    """

    def __init__(self, downloads: Path) -> None:
        self.downloads = downloads
        self.actions = 0
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._dragged: Any = None
        self._number = 0
        self._read = b""

    def __enter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        flags = [one for one in FLAGS if one != WITHOUT]
        folder = f"--user-data-dir={self._profile.name}"
        command = [find_browser(), *flags, "--remote-debugging-pipe", folder, "about:blank"]
        # The browser reads commands from its third file and writes answers to its fourth.
        wrapped = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", wrapped, "browser", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        targets = self._asked("Target.getTargets")["targetInfos"]
        page = next(one for one in targets if one["type"] == "page")
        attached = self._asked("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        allowed = {"behavior": "allow", "downloadPath": str(self.downloads)}
        self._asked("Browser.setDownloadBehavior", **allowed)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def _asked(self, method: str, session: str | None = None, **given: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if session:
            message["sessionId"] = session
        sent = json.dumps(message).encode() + b"\0"
        while sent:
            sent = sent[os.write(self._out, sent) :]
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            assert select.select([self._in], [], [], PATIENCE)[0], "the browser says nothing"
            more = os.read(self._in, 1 << 20)
            assert more, "the browser is gone"
            self._read += more
        text, _, self._read = self._read.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._noted(message.get("method", ""), message.get("params", {}))
        return message

    def _noted(self, method: str, given: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(given["exceptionDetails"])[:600])
        if method == "Log.entryAdded" and given["entry"]["level"] == "error":
            self.errors.append(given["entry"]["text"])
        if method == "Input.dragIntercepted":
            self._dragged = given["data"]
        if method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])

    def ask(self, method: str, **given: Any) -> Any:
        """Send one command to the page."""
        return self._asked(method, self._session, **given)

    def run(self, script: str) -> Any:
        """Value of an expression in the page."""
        found = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def within(self, script: str) -> Any:
        """Value of an expression in the frame of no origin that the page has; None while there is none."""
        frames = [one for one in self._asked("Target.getTargets")["targetInfos"] if one["type"] == "iframe"]
        if not frames:
            return None
        attached = self._asked("Target.attachToTarget", targetId=frames[-1]["targetId"], flatten=True)
        asked = {"expression": script, "returnByValue": True, "awaitPromise": True}
        found = self._asked("Runtime.evaluate", attached["sessionId"], **asked)
        self._asked("Target.detachFromTarget", sessionId=attached["sessionId"])
        return found["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.run(script)
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"never true: {script}; errors: {self.errors}")

    def size(self, width: int, height: int, *, dark: bool = False, touch: bool = False) -> None:
        """Set the window, and what its owner prefers."""
        given = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        self.ask("Emulation.setDeviceMetricsOverride", **given)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setTouchEmulationEnabled", enabled=touch)

    def open(self, page: Path, ready: str) -> None:
        """Open a file and wait until an expression is true in it."""
        self.visit(page.as_uri(), ready)

    def visit(self, address: str, ready: str) -> None:
        """Open an address and wait until an expression is true there."""
        self.requests.clear()
        self.ask("Page.navigate", url=address)
        self.until(f"document.readyState === 'complete' && Boolean({ready})")

    def picture(self, target: Path, *, whole: bool = False) -> None:
        """Write a screenshot."""
        found = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        target.write_bytes(base64.b64decode(found["data"]))

    def middle(self, selector: str) -> tuple[float, float]:
        """Where an element is, after it was scrolled into sight; nothing may lie over it."""
        found = self.run(
            f"(() => {{const e = document.querySelector({json.dumps(selector)});"
            "if (!e) return null; e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            "const x = b.x + b.width / 2, y = b.y + b.height / 2, top = document.elementFromPoint(x, y);"
            "return e.contains(top) || (top && top.contains(e)) ? [x, y] : null})()"
        )
        assert found, f"nobody can click {selector}"
        return found[0], found[1]

    def click(self, selector: str, along: float = 0.5) -> None:
        """Click with the mouse: in the middle, or so far along the width."""
        self.actions += 1
        x, y = self.middle(selector)
        wide = self.run(f"document.querySelector({json.dumps(selector)}).offsetWidth")
        for kind in ("Moved", "Pressed", "Released"):
            self._mouse(kind, x + (along - 0.5) * wide, y)

    def tap(self, selector: str) -> None:
        """Touch with a finger."""
        self.actions += 1
        x, y = self.middle(selector)
        self.ask("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def choose(self, selector: str, value: str) -> None:
        """Open a list and choose from it; the list itself is the browser's, and no page can click it."""
        self.actions += 2
        self.middle(selector)
        self.run(
            f"(() => {{const e = document.querySelector({json.dumps(selector)});"
            f"e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change'))}})()"
        )

    def _mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        given = {"x": x, "y": y, "button": "left", "clickCount": 1, **more}
        self.ask("Input.dispatchMouseEvent", type=f"mouse{kind}", **given)

    def drag(self, source: str, target: str) -> None:
        """Drag one element onto another."""
        self.actions += 1
        self._dragged = None
        self.ask("Input.setInterceptDrags", enabled=True)
        x, y = self.middle(source)
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self._mouse("Pressed", x, y)
        for step in (4, 8, 12):
            self._mouse("Moved", x + step, y + step, buttons=1)
        end = time.monotonic() + PATIENCE
        while self._dragged is None and time.monotonic() < end:
            self.run("0")
        assert self._dragged is not None, f"{source} cannot be dragged"
        x, y = self.middle(target)
        for kind in ("dragEnter", "dragOver", "drop"):
            self.ask("Input.dispatchDragEvent", type=kind, x=x, y=y, data=self._dragged)
        self._mouse("Released", x, y)
        self.ask("Input.setInterceptDrags", enabled=False)

    def key(self, *names: str) -> None:
        """Press keys, one after the other."""
        for named in names:
            self.actions += 1
            *shift, name = named.split("+")
            letter = name if len(name) == 1 else {"Enter": "\r", "Space": " "}.get(name, "")
            key = " " if name == "Space" else name
            code = CODES.get(name, ord(name.upper()) if len(name) == 1 else 0)
            shared = {"key": key, "code": name if len(name) > 1 else "", "windowsVirtualKeyCode": code}
            shared["modifiers"] = 8 if shift else 0
            self.ask("Input.dispatchKeyEvent", type="keyDown", text=letter, **shared)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def type(self, text: str) -> None:
        """Write a text where the focus is, in the place of what is selected."""
        self.actions += 1
        self.ask("Input.insertText", text=text)

    def file(self, name: str) -> Any:
        """JSON of a file that was saved."""
        path, end = self.downloads / name, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if path.exists() and path.stat().st_size:
                return json.loads(path.read_text(encoding="utf-8"))
            time.sleep(0.05)
        raise AssertionError(f"{name} was never saved")
