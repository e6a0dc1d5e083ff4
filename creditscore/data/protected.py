"""Which names stand for characteristics that a law protects, in English, Persian and Chinese.

A column is known by its name alone, so names are read in words: an underscore, a space, a dash, a change of
case or a zero-width non-joiner parts them. A word that means something else beside another one (the age of a
business, a credit union, a brand name) does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

ECOA: Final = "15 U.S.C. 1691(a)"
CHARTER: Final = "EU Charter of Fundamental Rights, Art. 21"
GDPR: Final = "Regulation (EU) 2016/679, Art. 9"
PIPL: Final = "Personal Information Protection Law of China, Art. 28"
PEOPLE: Final = "Constitution of Iran, Art. 19 and 20"


def _words(text: str) -> tuple[str, ...]:
    """Split words at spaces; an underscore joins those that belong together."""
    return tuple(word.replace("_", " ") for word in text.split())


@dataclass(frozen=True, slots=True)
class Protected:
    """A characteristic that a law protects, and the words that name it.

    Attributes
    ----------
    name : str
    laws : tuple of str
        Where it is protected.
    words : tuple of str
        Each one word, or several that follow one another; case folded.
    within : tuple of str
        Chinese words, which stand anywhere in a name.
    allowed_by : tuple of str
        Grounds on which a lender's rule may use it all the same.
    """

    name: str
    laws: tuple[str, ...]
    words: tuple[str, ...]
    within: tuple[str, ...] = ()
    allowed_by: tuple[str, ...] = ()


PROTECTED: Final = (
    Protected(
        "age",
        (ECOA, CHARTER, PEOPLE),
        _words(
            "age ages aged birth births birthdate birthday birthyear birthplace born dob yob elderly edad "
            "alter sen senn sal_tavallod tavallod tarikh_tavalod tavalod nianling shengri chusheng سن "
            "تولد متولد سالمند"
        ),
        ("年龄", "年齡", "岁数", "出生", "生日", "周岁", "老年"),
        ("legal capacity",),
    ),
    Protected(
        "sex",
        (ECOA, CHARTER, PEOPLE),
        _words(
            "sex sexo sexe gender genders genero geschlecht female male woman women man men lady girl boy "
            "jens jensiat jensiyat jinsiyat xingbie nan_nv جنسیت جنس زن مرد مذکر مونث مؤنث pregnancy "
            "pregnant maternity بارداری باردار transgender nonbinary"
        ),
        ("性别", "性別", "男女", "怀孕", "懷孕", "孕妇", "生育"),
    ),
    Protected(
        "marital status and family",
        (ECOA, PEOPLE),
        _words(
            "marital maritalstatus marriage married divorced widow widowed widower spouse husband wife "
            "is_single single_parent single_mother family children child kids dependants dependents "
            "dependent dependant taahol tahol taahhol hamsar farzand hunyin peiou zinv تأهل تاهل متأهل "
            "متاهل مجرد همسر فرزند فرزندان طلاق خانواده ازدواج zivilstand estado_civil civil_status"
        ),
        ("婚姻", "婚否", "配偶", "子女", "家庭", "离异", "丧偶"),
    ),
    Protected(
        "race and ethnic origin",
        (ECOA, CHARTER, GDPR, PIPL, PEOPLE),
        _words(
            "race races racial ethnic ethnicity ancestry color colour skin tribe tribal caste origin "
            "nationality citizenship foreign foreigner immigrant immigration native qomiat ghomiat "
            "qowmiyat nezhad melliat meliat tabeiat minzu zhongzu guoji jiguan hukou قومیت قوم نژاد ملیت "
            "تابعیت اتباع"
        ),
        ("民族", "种族", "種族", "国籍", "國籍", "籍贯", "籍貫", "户籍", "户口", "血统"),
    ),
    Protected(
        "religion and belief",
        (ECOA, CHARTER, GDPR, PIPL, PEOPLE),
        _words(
            "religion religious religions faith creed church muslim christian jewish mazhab mazhabi din "
            "zongjiao xinyang مذهب دین مذهبی political politics party union siasi سیاسی zhengzhi_mianmao"
        ),
        ("宗教", "信仰", "政治面貌", "党员", "工会"),
    ),
    Protected(
        "health and disability",
        (CHARTER, GDPR, PIPL),
        _words(
            "health disability disabled illness disease diagnosis medical genetic genetics handicap "
            "veteran malouliat maluliat bimari salamat canji jiankang معلولیت معلول بیماری سلامت جانباز"
        ),
        ("残疾", "殘疾", "健康", "疾病", "病史", "医疗"),
    ),
    Protected(
        "sexual orientation",
        (CHARTER, GDPR),
        _words("sexual orientation lgbt gay lesbian"),
        ("性取向", "同性恋"),
    ),
    Protected(
        "language and name",
        (CHARTER, PEOPLE),
        _words(
            "language languages mother_tongue accent zaban yuyan fangyan زبان لهجه name names surname "
            "maiden lastname firstname fullname forename nam khanevadegi xingming نام خانوادگی ancestral"
        ),
        ("语言", "方言", "姓名", "姓氏", "曾用名"),
    ),
    Protected(
        "place of living, which stands for origin",
        (ECOA, CHARTER),
        _words(
            "postcode postal zip zipcode plz neighborhood neighbourhood kodposti youbian کدپستی پستی محله"
        ),
        ("邮编", "邮政编码", "住址"),
    ),
    Protected(
        "public assistance",
        (ECOA,),
        _words("welfare public_assistance benefits_recipient yaraneh mostamari dibao یارانه مستمری"),
        ("低保", "救济"),
    ),
)

# A word that means something else where it stands beside one of these.
_AGE_OF: Final = frozenset(
    _words(
        "account accounts business company firm file history loan loans card cards car vehicle asset "
        "property building house device phone relationship debt credit invoice invoices line tie ties "
        "contract oldest newest"
    )
)
_UNLESS: Final = {
    "age": _AGE_OF,
    "ages": _AGE_OF,
    "union": frozenset({"credit"}),
    "party": frozenset({"third", "counter"}),
    "name": frozenset(
        _words(
            "brand company employer product merchant bank lender branch file business shop purpose "
            "channel campaign device event source"
        )
    ),
    "names": frozenset({"brand", "product", "merchant"}),
    "origin": frozenset({"loan", "channel", "data", "deal", "application"}),
    "orientation": frozenset({"screen", "device", "page"}),
    "health": frozenset({"financial", "credit", "account"}),
    "family": frozenset({"product", "font", "os", "device"}),
    "native": frozenset({"app", "ad", "ads"}),
    "din": frozenset({"iso"}),
    "man": frozenset({"hours", "days"}),
    "foreign": frozenset({"exchange", "currency", "key"}),
    "child": frozenset({"process", "account", "accounts"}),
    "color": frozenset({"car", "product", "theme"}),
    "race": frozenset({"horse", "condition"}),
    "born": frozenset({"digital"}),
}
# Built-in features with a tag that a law protects: no new model is given one, and records of older ones may
# hold some. What entries of a ledger commit to rests on it: none that a model was given comes in or goes.
PROTECTED_FEATURES: Final = frozenset({
    "complaints_contacts_count_365d", "complaints_rights_count_365d", "payments_disposable_after_basics_6m",
    "payments_education_share_180d", "payments_gambling_found_365d", "payments_gambling_share_180d",
    "payments_gambling_share_rise", "payments_health_share_180d", "payments_pension_benefit_share_180d",
    "registration_do_not_track_share", "registration_email_has_name_share",
})  # fmt: skip
_PARTS: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST: Final = 3


@lru_cache(maxsize=4_096)
def protected_by(name: str) -> Protected | None:
    """Return the protected characteristic that a column is named after; None if it is named after none.

    Parameters
    ----------
    name : str
        Of an attribute of the application, in any of the three scripts.

    Examples
    --------
    >>> found = protected_by("dateOfBirth")
    >>> found.name, found.laws[0]
    ('age', '15 U.S.C. 1691(a)')
    >>> protected_by("جنسیت").name, protected_by("年龄").name
    ('sex', 'age')
    >>> protected_by("age_of_business") is protected_by("credit_union_member") is None
    True
    """
    plain = unicodedata.normalize("NFKC", name)
    words = _parts(plain)
    around = frozenset(words)
    phrases = set(_phrases(words))
    for one in PROTECTED:
        if any(word in phrases and around.isdisjoint(_UNLESS.get(word, ())) for word in one.words):
            return one
        if any(word in plain for word in one.within):
            return one
    return None


def phrases_in(name: str) -> frozenset[str]:
    """Return the words of a name, case folded, and every few of them in a row.

    Examples
    --------
    >>> sorted(phrases_in("homeAddress2"))
    ['address', 'address2', 'home', 'home address2']
    """
    return frozenset(_phrases(_parts(unicodedata.normalize("NFKC", name))))


def _parts(plain: str) -> list[str]:
    return [part.casefold() for piece in _CAMEL.split(plain) for part in _PARTS.findall(piece)]


def _phrases(words: list[str]) -> Iterator[str]:
    """Yield every word, also without a number at its end, and every few words in a row."""
    for start, word in enumerate(words):
        yield word.rstrip("0123456789")
        for stop in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            yield " ".join(words[start:stop])
