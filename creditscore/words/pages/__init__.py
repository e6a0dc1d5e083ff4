"""The words of the pages, one table a language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from creditscore.words.pages import en, fa, zh
from creditscore.words.pages._entries import Language, PageTexts

__all__ = ["TEXTS", "Language", "PageTexts"]

TEXTS: Final[Mapping[Language, PageTexts]] = MappingProxyType(
    {"en": en.TEXTS, "fa": fa.TEXTS, "zh": zh.TEXTS}
)
