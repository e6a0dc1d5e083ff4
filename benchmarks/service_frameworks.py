"""FastAPI, Litestar, Starlette and no framework at all, on uvicorn and on granian: which edge costs least.

Each answers a trivial GET, and a POST of 500 payments whose JSON it reads and counts, at 50 connections over
loopback for a bounded time. The processor time of the server for each request is what a busy machine does not
change; requests a second and latencies are those of the moment. Needs, beside the library's own: `pip install
fastapi litestar starlette granian uvicorn httptools uvloop msgspec`.

Usage: python benchmarks/service_frameworks.py [--seconds 4] [--connections 50] [--rounds 2]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FRAMEWORKS = ("none", "starlette", "fastapi", "litestar")
SERVERS = ("uvicorn", "granian")
TICK = os.sysconf("SC_CLK_TCK")
PAYMENTS = [
    {
        "event_time": f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}T10:00:00+00:00",
        "amount": -float(n % 90),
        "balance": 900.0 + n,
        "kind": "purchase",
        "category": "groceries",
        "counterparty_id": f"shop-{n % 60}",
    }
    for n in range(500)
]


def counted(body: bytes) -> bytes:
    """Read a body and count its payments."""
    return json.dumps({"rows": len(json.loads(body)["payments"])}).encode()


def none() -> Any:
    """An application without a framework."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        content = b'{"status":"ok"}'
        if scope["method"] == "POST":
            parts, more = [], True
            while more:
                message = await receive()
                parts.append(message.get("body", b""))
                more = message.get("more_body", False)
            content = counted(b"".join(parts))
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": content})

    return app


def starlette() -> Any:
    """The same with Starlette."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def small(_: Request) -> Response:
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def large(request: Request) -> Response:
        return Response(counted(await request.body()), media_type="application/json")

    return Starlette(routes=[Route("/small", small), Route("/large", large, methods=["POST"])])


def fastapi() -> Any:
    """The same with FastAPI, which checks the body by pydantic."""
    import fastapi as package
    import pydantic

    app = package.FastAPI()
    Body = pydantic.create_model("Body", payments=(list[dict[str, Any]], ...))

    async def small() -> dict[str, str]:
        return {"status": "ok"}

    async def large(body: Any) -> dict[str, int]:
        return {"rows": len(body.payments)}

    large.__annotations__["body"] = Body
    app.get("/small")(small)
    app.post("/large")(large)
    return app


def litestar() -> Any:
    """The same with Litestar, which reads the body by msgspec."""
    import litestar as package
    import msgspec

    Body = msgspec.defstruct("Body", [("payments", list[dict[str, Any]])])

    async def small() -> dict[str, str]:
        return {"status": "ok"}

    async def large(data: Any) -> dict[str, int]:
        return {"rows": len(data.payments)}

    for function, kinds in (
        (small, {"return": dict[str, str]}),
        (large, {"data": Body, "return": dict[str, int]}),
    ):
        function.__annotations__.clear()
        function.__annotations__.update(kinds)
    handlers = [package.get("/small")(small), package.post("/large", status_code=200)(large)]
    return package.Litestar(route_handlers=handlers)


def run(framework: str, server: str, port: int) -> None:
    """Serve until the process is ended."""
    if server == "uvicorn":
        import uvicorn

        uvicorn.run(globals()[framework](), port=port, access_log=False, log_level="error", http="httptools")
        return
    import granian

    target = f"{Path(__file__).stem}:{framework}"
    granian.Granian(
        target, factory=True, address="127.0.0.1", port=port, interface="asgi", log_enabled=False
    ).serve()


def processes(pid: int) -> list[int]:
    """A process and those that it started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in listed for one in processes(int(child)))]


def used(pid: int) -> tuple[float, int]:
    """Processor seconds and resident megabytes of a process and those that it started."""
    seconds, kilobytes = 0.0, 0
    for one in processes(pid):
        stat = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        seconds += (int(stat[11]) + int(stat[12])) / TICK
        lines = Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
        kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return seconds, kilobytes // 1024


async def caller(port: int, request: bytes, until: float, seconds: list[float]) -> None:
    """Ask again and again over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        seconds.append(time.perf_counter() - began)
    writer.close()


async def load(port: int, request: bytes, connections: int, seconds: float) -> list[float]:
    """Seconds of every request of so many callers."""
    found: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(caller(port, request, until, found) for _ in range(connections)))
    return sorted(found)


def measured(framework: str, server: str, port: int, given: argparse.Namespace) -> list[str]:
    """One row of the table."""
    body = json.dumps({"payments": PAYMENTS}).encode()
    head = f"POST /large HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    requests = (b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n", head.encode() + b"\r\n\r\n" + body)
    process = subprocess.Popen([sys.executable, __file__, "--run", framework, server, str(port)])
    try:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        cells = [framework, server]
        for request in requests:
            asyncio.run(load(port, request, given.connections, 0.5))
            before = used(process.pid)[0]
            found = asyncio.run(load(port, request, given.connections, given.seconds))
            cost = (used(process.pid)[0] - before) / len(found) * 1e3
            cells += [
                f"{cost:.3f}",
                f"{len(found) / given.seconds:,.0f}",
                f"{found[len(found) // 2] * 1e3:.1f}",
                f"{found[int(len(found) * 0.99)] * 1e3:.1f}",
            ]
        return [*cells, str(used(process.pid)[1])]
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure every pair, round by round, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--run", nargs=3, default=None, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run is not None:
        run(given.run[0], given.run[1], int(given.run[2]))
        return
    names = (
        "framework",
        "server",
        *(f"{what} {size}" for size in ("small", "500") for what in ("ms", "/s", "p50", "p99")),
    )
    print("| " + " | ".join((*names, "MB")) + " |\n" + "| --- " * (len(names) + 1) + "|")
    port = 18_700
    for _ in range(given.rounds):
        for framework in FRAMEWORKS:
            for server in SERVERS:
                port += 1
                print("| " + " | ".join(measured(framework, server, port, given)) + " |", flush=True)


if __name__ == "__main__":
    main()
