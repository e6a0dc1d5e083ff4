"""The one list of languages, and where the words of each stand; they are read when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from creditscore._ground.asked import is_among
from creditscore.errors import ParameterError
from creditscore.words.pages._entries import PageTexts
from creditscore.words.reasons._entries import Texts

Language: TypeAlias = Literal["en", "fa", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
# What a page says of its language: without the country, Chinese is drawn with the letter forms of Japan.
TAGS: Final[Mapping[str, str]] = MappingProxyType({"en": "en", "fa": "fa", "zh": "zh-CN"})


def texts_in(language: str) -> Texts:
    """Return the words that reasons are made of in a language.

    Raises
    ------
    ParameterError
        If there is no such language.

    Examples
    --------
    >>> texts_in("en").groups["bills"].title
    'Bills and regular payments'
    """
    return _tables(_known(language))[0]


def page_texts_in(language: str) -> PageTexts:
    """Return the words of pages in a language.

    Raises
    ------
    ParameterError
        If there is no such language.

    Examples
    --------
    >>> page_texts_in("en").words["value.yes"]
    'yes'
    """
    return _tables(_known(language))[1]


def _known(language: str) -> str:
    if not is_among(language, LANGUAGES):
        raise ParameterError.must_be("language", f"one of {', '.join(LANGUAGES)}", language)
    return language


@cache
def _tables(language: str) -> tuple[Texts, PageTexts]:
    match language:
        case "en":
            from creditscore.words.pages import en as en_pages
            from creditscore.words.reasons import en

            return en.TEXTS, en_pages.TEXTS
        case "fa":
            from creditscore.words.pages import fa as fa_pages
            from creditscore.words.reasons import fa

            return fa.TEXTS, fa_pages.TEXTS
        case "zh":
            from creditscore.words.pages import zh as zh_pages
            from creditscore.words.reasons import zh

            return zh.TEXTS, zh_pages.TEXTS
    raise ParameterError.must_be("language", f"one of {', '.join(LANGUAGES)}", language)
