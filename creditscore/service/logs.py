"""One line of JSON for each request: when, what route, how long, whose key; never what was asked."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

LOGGER: Final = "creditscore.service"
_SAID: Final = "said"


class JsonLines(logging.Formatter):
    """Writes a record of the log as one line of JSON.

    Of an error only its class is written, and where it was raised: messages of errors may quote data.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "event": record.msg if record.name == LOGGER else record.getMessage(),
            **getattr(record, _SAID, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, sort_keys=True, default=str)


def _where(trace: Any) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-8:]


def tell(level: int, event: str, error: BaseException | None = None, **said: Any) -> None:
    """Write a line to the log.

    Parameters
    ----------
    level : int
        As of `logging`.
    event : str
    error : Exception, optional
    **said
        What is said of it; nothing of what was asked.
    """
    logging.getLogger(LOGGER).log(level, event, exc_info=error, extra={_SAID: said})
