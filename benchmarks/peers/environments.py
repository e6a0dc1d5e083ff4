"""Environments of the peers: one each, made with pip in a folder that is not committed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "peers"


def _told() -> dict[str, Any]:
    return tomllib.loads((HERE / "environments.toml").read_text(encoding="utf-8"))


def asked() -> dict[str, list[str]]:
    """What pip is asked for, by the name of the environment."""
    return {name: one["packages"] for name, one in _told().items() if "packages" in one}


def absent() -> dict[str, str]:
    """Who takes no part, and why: known beforehand, or what pip said."""
    known = {name: str(one["absent"]) for name, one in _told().items() if "absent" in one}
    failed = {name: error_of(name) for name in asked() if error_of(name)}
    return known | {name: f"not installed: {why}" for name, why in failed.items()}


def python_of(name: str) -> Path | None:
    """The Python of an environment, made where it is missing; None where pip failed.

    An attempt is recorded with what was asked for, so that it is made again only when that changes.
    """
    folder = BUILD / "environments" / name
    record = folder / "made.json"
    packages = asked()[name]
    known: dict[str, Any] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    if known.get("packages") != packages:
        known = {"packages": packages, "error": _made(folder, packages)}
        record.write_text(json.dumps(known), encoding="utf-8")
    return None if known["error"] else folder / "bin" / "python"


def error_of(name: str) -> str:
    """Why an environment is not there; empty where it is."""
    record = BUILD / "environments" / name / "made.json"
    return str(json.loads(record.read_text(encoding="utf-8"))["error"]) if record.exists() else ""


def _made(folder: Path, packages: list[str]) -> str:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *packages], capture_output=True, text=True, check=False)
    return complaint(done.stderr) if done.returncode else ""


def complaint(stderr: str) -> str:
    """The first error that is not pip's frame around another, without the folders in which it was met."""
    told = [line.strip() for line in stderr.splitlines() if line.strip()]
    plain = ("error: subprocess-exited", "error: metadata-generation", "error: failed-wheel")
    wrong = [line for line in told if line.lower().startswith("error: ") and not line.startswith(plain)]
    return re.sub(r" \(/\S+\)", "", (wrong or told or ["pip failed"])[0])


def main() -> None:
    """Make every environment, or those that are named."""
    for name in sys.argv[1:] or asked():
        print(f"{name}: {'made' if python_of(name) else error_of(name)}", flush=True)


if __name__ == "__main__":
    main()
