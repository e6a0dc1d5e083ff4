"""The words of reasons, one module a language, read when they are first asked for."""

from __future__ import annotations

from typing import Final

from creditscore.errors import ParameterError
from creditscore.words.reasons._entries import Texts

LANGUAGES: Final = ("en", "fa", "zh")


def texts_in(language: str) -> Texts:
    """Return the text table of a language.

    Raises
    ------
    ParameterError
        If there is none.
    """
    if language == "en":
        from creditscore.words.reasons import en

        return en.TEXTS
    if language == "fa":
        from creditscore.words.reasons import fa

        return fa.TEXTS
    if language == "zh":
        from creditscore.words.reasons import zh

        return zh.TEXTS
    raise ParameterError.must_be("language", f"one of {', '.join(LANGUAGES)}", language)
