"""What an applicant is told of limits, prices and offers, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from creditscore.words.languages import texts_in
from creditscore.words.wording import spoken_number, spoken_value

_EN: Final = {
    "terms": "The number of payments that was asked for is not offered; the nearest is {most}",
    "list": "At most {most} is lent to one person",
    "grade": "At the grade of this application, at most {most} is lent",
    "incomes": "At the income that is known, at most {most} is lent",
    "request": "The application does not say an amount and a term that can be offered, so a person will "
    "look at it",
    "UNPRICEABLE_AT_CAP": "At the grade of this application, the loan would cost more than the law allows",
    "BELOW_COST": "At the grade of this application, no rate would pay for the costs of this loan",
    "offer": "We offer {amount} in {payments} payments of {instalment} each, at a yearly rate of {rate} "
    "({total} in all)",
    "instead": "It is possible instead: {amount} in {payments} payments, at a yearly rate of {rate}",
    "other_amount": "This is {offered}, not the {asked} that was asked for",
    "other_term": "This is over {offered} payments, not over the {asked} that were asked for",
    "explored": "The score alone would not have sufficed; a small loan is offered to some, drawn by lot",
}
_FA: Final = {
    "terms": "تعداد قسط درخواستی ارائه نمی‌شود؛ نزدیک‌ترین تعداد {most} است",
    "list": "به هر نفر حداکثر {most} وام داده می‌شود",
    "grade": "با رتبهٔ این درخواست، حداکثر {most} وام داده می‌شود",
    "incomes": "با درآمدی که معلوم است، حداکثر {most} وام داده می‌شود",
    "request": "در درخواست مبلغ و مدتی که بتوان ارائه کرد نیامده است؛ بنابراین یک نفر آن را بررسی می‌کند",
    "UNPRICEABLE_AT_CAP": "با رتبهٔ این درخواست، هزینهٔ وام بیش از حد مجاز قانون می‌شود",
    "BELOW_COST": "با رتبهٔ این درخواست، هیچ نرخی هزینه‌های این وام را نمی‌پوشاند",
    "offer": "پیشنهاد ما: {amount} در {payments} قسط، هر قسط {instalment}، با نرخ سالانهٔ {rate} "
    "(در مجموع {total})",
    "instead": "به جای آن ممکن است: {amount} در {payments} قسط، با نرخ سالانهٔ {rate}",
    "other_amount": "این {offered} است، نه {asked} که درخواست شده بود",
    "other_term": "این در {offered} قسط است، نه در {asked} قسط که درخواست شده بود",
    "explored": "امتیاز به تنهایی کافی نبود؛ به بعضی، به قید قرعه، وام کوچکی پیشنهاد می‌شود",
}
_ZH: Final = {
    "terms": "不提供所申请的还款期数；最接近的期数为{most}",
    "list": "每人最多可贷{most}",
    "grade": "按本申请的等级，最多可贷{most}",
    "incomes": "按已知收入，最多可贷{most}",
    "request": "申请中没有可提供的金额和期限，因此将由人工审核",
    "UNPRICEABLE_AT_CAP": "按本申请的等级，该贷款的成本将超过法律允许的上限",
    "BELOW_COST": "按本申请的等级，没有利率能够覆盖该贷款的成本",
    "offer": "我们提供{amount}，分{payments}期偿还，每期{instalment}，年利率{rate}（共计{total}）",
    "instead": "可以改为：{amount}，分{payments}期偿还，年利率{rate}",
    "other_amount": "金额为{offered}，而非所申请的{asked}",
    "other_term": "分{offered}期偿还，而非所申请的{asked}期",
    "explored": "仅凭评分本不足以通过；我们通过抽签向部分申请人提供小额贷款",
}
OFFERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})


def say_limit(key: str, most: float | None, language: str = "en", currency: str = "") -> str:
    """Say by what a request was cut, or why it cannot be offered.

    Examples
    --------
    >>> say_limit("grade", 2000.0, "en", "EUR"), say_limit("terms", 24.0)
    ('At the grade of this application, at most 2,000 EUR is lent', 'The number of payments that was asked \
for is not offered; the nearest is 24')
    """
    texts = texts_in(language)
    if most is None:
        return OFFERS[language][key]
    said = (
        spoken_number(most, texts)
        if key == "terms"
        else spoken_value(most, "money", texts, currency=currency)
    )
    return OFFERS[language][key].format(most=said)


def say_offer(strategy: Mapping[str, Any], language: str = "en", currency: str = "") -> tuple[str, ...]:
    """Say the offer of a record in sentences: what it is, and where it is not what was asked for.

    Parameters
    ----------
    strategy : mapping
        ``record.content["strategy"]``.
    language : {"en", "fa", "zh"}, default "en"
    currency : str, default ""
        Code of the currency of amounts.

    Returns
    -------
    tuple of str
        Empty where nothing is offered.
    """
    offer, asked = strategy["offer"], strategy["asked"]
    if offer is None:
        return ()
    texts, said, terms = texts_in(language), OFFERS[language], offer["terms"]

    def money(value: float) -> str:
        return spoken_value(value, "money", texts, currency=currency)

    lines = [
        said["offer"].format(
            amount=money(terms["amount"]), payments=spoken_number(terms["payments"], texts),
            instalment=money(-offer["flows"][1][1]), rate=spoken_value(offer["rate"], "share", texts),
            total=money(offer["cost"]["paid"]),
        )
    ]  # fmt: skip
    if terms["amount"] != asked["amount"]:
        lines.append(
            said["other_amount"].format(offered=money(terms["amount"]), asked=money(asked["amount"]))
        )
    if terms["payments"] != asked["payments"]:
        numbers = {"offered": terms["payments"], "asked": asked["payments"]}
        lines.append(said["other_term"].format(**{k: spoken_number(v, texts) for k, v in numbers.items()}))
    if strategy["assignment"]["explored"]:
        lines.append(said["explored"])
    return tuple(lines)


def say_instead(counter: Mapping[str, Any], language: str = "en", currency: str = "") -> str:
    """Say what could be had instead."""
    texts, terms = texts_in(language), counter["terms"]
    return OFFERS[language]["instead"].format(
        amount=spoken_value(terms["amount"], "money", texts, currency=currency),
        payments=spoken_number(terms["payments"], texts), rate=spoken_value(counter["rate"], "share", texts),
    )  # fmt: skip
