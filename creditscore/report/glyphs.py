"""Whether this machine has fonts for what a page says: a page of empty boxes is no notice."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from creditscore.errors import FontMissingError

# What WeasyPrint logs of a character that no font has.
_NO_GLYPH: Final = ".notdef"
_RENDERER: Final = "weasyprint"
_MOST: Final = 8
_UNSEEN: Final = "Cf"


class _Collector(logging.Handler):
    """Keeps the characters for which no font had a glyph."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a warning of a missing glyph names."""
        if _NO_GLYPH in str(record.msg):
            named = record.args if isinstance(record.args, tuple) and record.args else (record.getMessage(),)
            if unicodedata.category(str(named[0])[0]) != _UNSEEN:
                self.missing[str(named[0])] = None


@contextmanager
def every_glyph() -> Iterator[None]:
    """Refuse what was rendered within the block if a character of it came out as an empty box.

    Raises
    ------
    FontMissingError
        If no font of this machine has some of the characters.
    """
    logger, collector = logging.getLogger(_RENDERER), _Collector()
    logger.addHandler(collector)
    disabled, logger.disabled = logger.disabled, False
    try:
        yield
    finally:
        logger.removeHandler(collector)
        logger.disabled = disabled
    if collector.missing:
        raise FontMissingError.of(list(collector.missing)[:_MOST])
