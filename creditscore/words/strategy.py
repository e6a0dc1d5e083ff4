"""What an applicant is told of limits, prices and offers, in three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from creditscore.words.calendars import Calendar
from creditscore.words.languages import texts_in
from creditscore.words.reasons._entries import Texts
from creditscore.words.wording import said_date, spoken_amount, spoken_number, spoken_value

_EN: Final = {
    "terms": "The number of payments that was asked for is not offered; the nearest is {most}",
    "list": "At most {most} is lent to one person",
    "grade": "At the grade of this application, at most {most} is lent",
    "grade_none": "At the grade of this application, nothing is lent",
    "incomes_none": "At the income that is known, nothing is lent",
    "incomes": "At the income that is known, at most {most} is lent",
    "line": "At this grade and income, a first credit line is {most} at most",
    "line_none": "At this grade and income, no credit line is given",
    "request": "The application does not say an amount and a term that can be offered, so a person will "
    "look at it",
    "UNPRICEABLE_AT_CAP": "At the grade of this application, the loan would cost more than the law allows",
    "BELOW_COST": "At the grade of this application, no rate would pay for the costs of this loan",
    "offer": "We offer {amount} in {payments} payments of {instalment} each, at a yearly rate of {rate} "
    "({total} in all)",
    "uneven": "We offer {amount} in {payments} payments, the first of {instalment} and the last of {last}, "
    "at a yearly rate of {rate} ({total} in all)",
    "fee": "A fee of {fee} is kept from the amount, so {received} is paid out",
    "with_costs": "With all its costs, this is {rate} a year",
    "instead": "It is possible instead: {amount} in {payments} payments, at a yearly rate of {rate}",
    "from_day": "From {day} on, once the loans that end by then are repaid as agreed and if all else stays "
    "the same: {amount} in {payments} payments, at a yearly rate of {rate}",
    "other_amount": "This is {offered}, not the {asked} that was asked for",
    "other_term": "This is over {offered} payments, not over the {asked} that were asked for",
    "explored": "The score alone would not have sufficed; a small loan is offered to some, drawn by lot",
}
_FA: Final = {
    "terms": "تعداد قسط درخواستی ارائه نمی‌شود؛ نزدیک‌ترین تعداد {most} است",
    "list": "به هر نفر حداکثر {most} وام داده می‌شود",
    "grade": "با رتبهٔ این درخواست، حداکثر {most} وام داده می‌شود",
    "grade_none": "با رتبهٔ این درخواست، وامی داده نمی‌شود",
    "incomes_none": "با درآمدی که معلوم است، وامی داده نمی‌شود",
    "incomes": "با درآمدی که معلوم است، حداکثر {most} وام داده می‌شود",
    "line": "با این رتبه و درآمد، نخستین خط اعتباری حداکثر {most} است",
    "line_none": "با این رتبه و درآمد، خط اعتباری داده نمی‌شود",
    "request": "در درخواست مبلغ و مدتی که بتوان ارائه کرد نیامده است؛ بنابراین یک نفر آن را بررسی می‌کند",
    "UNPRICEABLE_AT_CAP": "با رتبهٔ این درخواست، هزینهٔ وام بیش از حد مجاز قانون می‌شود",
    "BELOW_COST": "با رتبهٔ این درخواست، هیچ نرخی هزینه‌های این وام را نمی‌پوشاند",
    "offer": "پیشنهاد ما: {amount} در {payments} قسط، هر قسط {instalment}، با نرخ سالانهٔ {rate} "
    "(در مجموع {total})",
    "uneven": "پیشنهاد ما: {amount} در {payments} قسط، قسط نخست {instalment} و قسط آخر {last}، با نرخ سالانهٔ "
    "{rate} (در مجموع {total})",
    "fee": "کارمزد {fee} از مبلغ کم می‌شود؛ پس {received} پرداخت می‌شود",
    "with_costs": "با همهٔ هزینه‌هایش، این سالانه {rate} است",
    "instead": "به جای آن ممکن است: {amount} در {payments} قسط، با نرخ سالانهٔ {rate}",
    "from_day": "از {day} به بعد، اگر وام‌هایی که تا آن روز تمام می‌شوند طبق قرار بازپرداخت شوند و بقیه "
    "همان بماند: {amount} در {payments} قسط، با نرخ سالانهٔ {rate}",
    "other_amount": "این {offered} است، نه {asked} که درخواست شده بود",
    "other_term": "این در {offered} قسط است، نه در {asked} قسط که درخواست شده بود",
    "explored": "امتیاز به تنهایی کافی نبود؛ به بعضی، به قید قرعه، وام کوچکی پیشنهاد می‌شود",
}
_ZH: Final = {
    "terms": "不提供所申请的还款期数；最接近的期数为{most}",
    "list": "每人最多可贷{most}",
    "grade": "按本申请的等级，最多可贷{most}",
    "grade_none": "按本申请的等级，不予贷款",
    "incomes_none": "按已知收入，不予贷款",
    "incomes": "按已知收入，最多可贷{most}",
    "line": "按此等级和收入，首次额度最高为{most}",
    "line_none": "按此等级和收入，不提供额度",
    "request": "申请中没有可提供的金额和期限，因此将由人工审核",
    "UNPRICEABLE_AT_CAP": "按本申请的等级，该贷款的成本将超过法律允许的上限",
    "BELOW_COST": "按本申请的等级，没有利率能够覆盖该贷款的成本",
    "offer": "我们提供{amount}，分{payments}期偿还，每期{instalment}，年利率{rate}（共计{total}）",
    "uneven": "我们提供{amount}，分{payments}期偿还，首期{instalment}，末期{last}，"
    "年利率{rate}（共计{total}）",
    "fee": "从金额中扣除费用{fee}，实际发放{received}",
    "with_costs": "计入全部费用，年化成本为{rate}",
    "instead": "可以改为：{amount}，分{payments}期偿还，年利率{rate}",
    "from_day": "自{day}起，若届时到期的贷款已按约还清且其他情况不变："
    "{amount}，分{payments}期偿还，年利率{rate}",
    "other_amount": "金额为{offered}，而非所申请的{asked}",
    "other_term": "分{offered}期偿还，而非所申请的{asked}期",
    "explored": "仅凭评分本不足以通过；我们通过抽签向部分申请人提供小额贷款",
}
OFFERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})


_END: Final[Mapping[str, str]] = MappingProxyType({"en": ". ", "fa": ". ", "zh": "。"})


def ended(sentence: str, language: str = "en") -> str:
    """Write a sentence with its full stop.

    Examples
    --------
    >>> ended("A fee is kept"), ended("扣除费用", "zh")
    ('A fee is kept.', '扣除费用。')
    """
    return f"{sentence}{_END[language].strip()}"


def as_text(sentences: Sequence[str], language: str = "en") -> str:
    """Write sentences one after the other, each with its full stop."""
    return "".join(f"{one}{_END[language]}" for one in sentences).strip()


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
    if most == 0.0:
        return OFFERS[language][f"{key}_none"]
    said = spoken_number(most, texts) if key == "terms" else spoken_amount(most, texts, currency)
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
        return spoken_amount(value, texts, currency)

    paid = [money(-amount) for _, amount in offer["flows"][1:]]
    lines = [
        said["offer" if len(set(paid)) == 1 else "uneven"].format(
            amount=money(terms["amount"]), payments=spoken_number(terms["payments"], texts),
            instalment=paid[0], last=paid[-1], rate=_rate_said(offer["rate"], texts),
            total=money(offer["cost"]["paid"]),
        )
    ]  # fmt: skip
    cost = offer["cost"]
    if cost["fee"]:
        lines.append(said["fee"].format(fee=money(cost["fee"]), received=money(cost["received"])))
    lines.append(said["with_costs"].format(rate=_rate_said(max(cost["yearly_rates"].values()), texts)))
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


def say_instead(
    counter: Mapping[str, Any], language: str = "en", currency: str = "", calendar: Calendar = "gregorian"
) -> str:
    """Say what could be had instead, or from which day on.

    Examples
    --------
    >>> terms = {"amount": 2000.0, "payments": 12}
    >>> later = {"change": "date", "terms": terms, "rate": 0.1, "start": "2027-03-12"}
    >>> print(say_instead(later, currency="EUR"))  # doctest: +NORMALIZE_WHITESPACE
    From 12 March 2027 on, once the loans that end by then are repaid as agreed and if all else stays the
    same: 2,000 EUR in 12 payments, at a yearly rate of 10%
    """
    texts, terms = texts_in(language), counter["terms"]
    start = counter.get("start")
    fields = {} if start is None else {"day": said_date(datetime.fromisoformat(start), texts, calendar)}
    return OFFERS[language]["instead" if start is None else "from_day"].format(
        amount=spoken_amount(terms["amount"], texts, currency),
        payments=spoken_number(terms["payments"], texts), rate=_rate_said(counter["rate"], texts), **fields,
    )  # fmt: skip


def _rate_said(rate: float, texts: Texts) -> str:
    """Say a yearly rate to the hundredth of a point, as contracts and the laws on stating it do."""
    return spoken_value(rate, "share", texts, decimals=2)
