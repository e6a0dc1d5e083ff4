"""Legal tags of what a lender names: columns of the application, layers of ties, kinds of acts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from creditscore.data.protected import phrases_in, protected_by

# What a column of the application is tagged with, by the characteristic that it is named after.
_OF_CHARACTERISTIC: Final[Mapping[str, str]] = {
    "age": "age",
    "sex": "sex",
    "language and name": "identity",
    "place of living, which stands for origin": "home_address",
    "race and ethnic origin": "special_category",
    "religion and belief": "special_category",
    "health and disability": "special_category",
    "sexual orientation": "special_category",
}


def _words(text: str) -> frozenset[str]:
    """Split words at spaces; an underscore joins those that belong together."""
    return frozenset(word.replace("_", " ") for word in text.split())


class _Named(NamedTuple):
    """How a kind of data is called, in words or several in a row; Chinese ones stand anywhere in a name."""

    tag: str
    words: frozenset[str]
    within: tuple[str, ...] = ()


_NAMED: Final = (
    _Named(
        "age",
        _words(
            "agegroup ageband agebucket agerange years_old yearsold geburtsdatum geburtsjahr geburtstag "
            "lebensalter età data_di_nascita anno_di_nascita"
        ),
    ),
    _Named(
        "sex",
        _words("sesso genere anrede salutation"),
    ),
    _Named(
        "identity",
        _words("nachname vorname cognome nome familienname codice_fiscale"),
    ),
    _Named(
        "home_address",
        _words(
            "address street addresses streetname house_number anschrift adresse strasse straße hausnummer "
            "wohnort ort stadt city town postleitzahl indirizzo neshani adres dizhi نشانی آدرس خیابان"
        ),
        ("地址", "住址", "街道"),
    ),
    _Named(
        "special_category",
        _words("staatsangehörigkeit staatsangehoerigkeit nazionalità cittadinanza"),
    ),
    _Named(
        "payment_data",
        _words(
            "inflow inflows outflow outflows bank_transactions account_transactions bank_transaction "
            "account_movements account_turnover bank_turnover bank_payments salary_credits account_credits "
            "account_debits kontobewegungen kontoumsatz kontoumsätze zahlungseingang zahlungseingänge "
            "zahlungsausgang zahlungsausgänge gehaltseingang gehaltseingänge konto_eingänge konto_ausgänge "
            "konto_eingaenge konto_ausgaenge گردش_حساب واریزی واریز برداشت"
        ),
        ("流水", "收支明细"),
    ),
    _Named(
        "gambling",
        _words("gambling betting casino glücksspiel شرط_بندی"),
        ("博彩", "赌博"),
    ),
    _Named(
        "special_category_risk",
        _words("gambling betting casino glücksspiel شرط_بندی"),
        ("博彩", "赌博"),
    ),
    _Named(
        "social_network",
        _words(
            "social_network social_networks social_graph facebook instagram twitter tiktok linkedin whatsapp "
            "telegram wechat weibo vkontakte snapchat followers friends freunde amici شبکه_اجتماعی دوستان "
            "دنبال_کننده"
        ),
        ("社交", "微信", "好友"),
    ),
    _Named(
        "social_media",
        _words("social_media social_score facebook instagram twitter tiktok linkedin weibo"),
        ("社交", "微博", "粉丝"),
    ),
    _Named(
        "contacts",
        _words(
            "contacts contact_list contacts_list contact_count contacts_count phonebook phone_book "
            "address_book addressbook kontakte adressbuch rubrica مخاطبین دفترچه_تلفن"
        ),
        ("通讯录", "通訊錄", "联系人"),
    ),
    _Named(
        "telecom_metadata",
        _words(
            "call calls sms call_log call_logs calllog sms_log cdr call_duration calls_count anrufe "
            "anrufliste chiamate تماس تماسها پیامک"
        ),
        ("通话记录", "通話記錄", "短信"),
    ),
    _Named(
        "device",
        _words(
            "device device_type device_model device_os os_version operating_system phone_model handset "
            "browser user_agent imei dispositivo endgerät دستگاه"
        ),
        ("设备型号", "手机型号", "操作系统"),
    ),
    _Named(
        "email",
        _words("email emails mail_domain mail_host e_mail posta_elettronica ایمیل"),
        ("邮箱", "电子邮件"),
    ),
    _Named(
        "phone",
        _words("phone_number phone_prefix mobile_number mobile_prefix telefonnummer handynummer"),
        ("手机号", "电话号码"),
    ),
    _Named(
        "location",
        _words(
            "gps lat lon lng latitude longitude geolocation geohash ip_address geo_cluster standort "
            "موقعیت_مکانی"
        ),
        ("经度", "纬度", "定位"),
    ),
    _Named(
        "digital_footprint",
        _words("browsing_history web_history search_history visited_sites"),
    ),
    _Named(
        "cohort_default_rate",
        _words(
            "cohort_default_rate cohort_default default_rate default_share bad_rate defaulters ausfallquote"
        ),
        ("违约率",),
    ),
)
# Beside one of these, a word names something of the lender's own, and no such data.
_UNLESS: Final[Mapping[str, frozenset[str]]] = {
    "address": frozenset({"email", "mail", "ip", "web"}),
    "city": frozenset({"branch", "store", "shop", "merchant", "employer"}),
    "call": frozenset({"center", "centre", "margin", "option", "sales"}),
    "calls": frozenset({"center", "centre", "margin", "sales"}),
    "contacts": frozenset({"support", "service", "sales"}),
    "inflow": frozenset({"declared", "stated"}),
    "outflow": frozenset({"declared", "stated"}),
}


@lru_cache(maxsize=4_096)
def tags_of_name(name: str) -> frozenset[str]:
    """Return the legal tags of a column of the application, or of a label, by what it is called.

    Parameters
    ----------
    name : str
        In English, German, Italian, Persian or Chinese; words as `creditscore.data.protected` reads them.

    Examples
    --------
    >>> sorted(tags_of_name("date_of_birth")), sorted(tags_of_name("homeAddress"))
    (['age'], ['home_address'])
    >>> sorted(tags_of_name("bank_inflow_90d")), sorted(tags_of_name("whatsapp_contacts"))
    (['payment_data'], ['contacts', 'social_network'])
    >>> sorted(tags_of_name("amount"))
    []
    """
    found = protected_by(name)
    tags = set() if found is None else {_OF_CHARACTERISTIC.get(found.name, "protected")}
    said = phrases_in(name)
    around = {other: meant for other, meant in _UNLESS.items() if not meant.isdisjoint(said)}
    said -= around.keys()
    plain = unicodedata.normalize("NFKC", name)
    for one in _NAMED:
        if not one.words.isdisjoint(said) or any(part in plain for part in one.within):
            tags.add(one.tag)
    return frozenset(tags)
