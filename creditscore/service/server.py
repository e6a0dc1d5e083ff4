"""The process: one server, its signals, and the order in which it starts and stops."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from creditscore._ground.extras import needs
from creditscore.service.app import Edge
from creditscore.service.logs import LOGGER, JsonLines, tell
from creditscore.service.memory import share_memory

with needs("the service", package="uvicorn", extra="serve"):
    import uvicorn

_KEEP_ALIVE_SECONDS: Final = 30
_MOST_OF_THE_HEAD: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens.

    Attributes
    ----------
    host : str
    port : int
        0 for any that is free.
    certificate, private_key : Path, optional
        PEM files, for TLS.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    certificate: Path | None = None
    private_key: Path | None = None


def serve(edge: Edge, address: Address) -> None:
    """Serve until the process is told to stop; requests that have begun are answered first.

    SIGTERM and SIGINT stop it. SIGHUP lets it read keys, policy and models again. The log goes to standard
    output.

    Parameters
    ----------
    edge : Edge
    address : Address
    """
    logging_to(sys.stdout)
    share_memory()
    server_of(edge, address).run()


def server_of(edge: Edge, address: Address) -> Server:
    """Make a server that does not run yet.

    Parameters
    ----------
    edge : Edge
    address : Address
    """
    edge.service.say_models()
    tls: dict[str, Any] = {}
    if address.certificate is not None:
        tls = {"ssl_certfile": str(address.certificate), "ssl_keyfile": str(address.private_key)}
    config = uvicorn.Config(
        edge.app(_lifespan(edge)), host=address.host, port=address.port, log_config=None, access_log=False,
        server_header=False, date_header=True, http="httptools", ws="none", lifespan="on",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(edge.limits.grace_seconds) or 1,
        backlog=1024, **tls,
    )  # fmt: skip
    return Server(config, edge)


class Server(uvicorn.Server):
    """Says where it listens, and says that it is not ready any more as soon as it is told to stop.

    Parameters
    ----------
    config : uvicorn.Config
    edge : Edge

    Attributes
    ----------
    port : int
        Where it listens, once it does.
    """

    def __init__(self, config: uvicorn.Config, edge: Edge) -> None:
        super().__init__(config)
        self._edge = edge
        self.port: int = 0

    async def startup(self, sockets: Any = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        for server in self.servers:
            for socket in server.sockets:
                host, port = socket.getsockname()[:2]
                self.port = port
                tell(logging.INFO, "listening", host=host, port=port)

    async def shutdown(self, sockets: Any = None) -> None:
        """Finish what has begun."""
        self._edge.draining = True
        await super().shutdown(sockets)


def _lifespan(edge: Edge) -> Any:
    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
            loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, edge.reload))
        yield
        await loop.run_in_executor(None, edge.close)
        tell(logging.INFO, "stopped")

    return lifespan


def logging_to(stream: Any) -> None:
    """Write the log of the service, and what the server warns of, as lines of JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for name, level in ((LOGGER, logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
