"""What an applicant is told of what they asked for beside the gaps of their accounts, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from creditscore.words.languages import texts_in
from creditscore.words.wording import spoken_amount, spoken_number

_EN: Final = {
    "asked": "You asked for {amount}",
    "asked_for": "You asked for {amount}, for “{purpose}”",
    "short": "In {short} of the last {months} whole months more went out than came in, at most {gap} more",
    "never_short": "In none of the last {months} whole months did more go out than came in",
    "due": "In the next 31 days, bills and instalments of {due} fall due",
    "ahead": "If the next month brings no more than a low one, {gap} is missing for needs and what falls due",
    "decides_nothing": "This decided nothing; it is said so that you can see whether the loan fits",
}
_FA: Final = {
    "asked": "شما {amount} درخواست کرده‌اید",
    "asked_for": "شما {amount} درخواست کرده‌اید، برای «{purpose}»",
    "short": "در {short} ماه از {months} ماه کامل اخیر، هزینه بیش از درآمد بوده است؛ حداکثر {gap} بیشتر",
    "never_short": "در هیچ‌یک از {months} ماه کامل اخیر، هزینه بیش از درآمد نبوده است",
    "due": "در ۳۱ روز آینده، سررسید قبض‌ها و قسط‌هایی به مبلغ {due} است",
    "ahead": "اگر درآمد ماه آینده بیش از یک ماه کم‌درآمد نباشد، برای نیازها و سررسیدها {gap} کم می‌آید",
    "decides_nothing": "این در تصمیم اثری نداشته است؛ گفته می‌شود تا ببینید وام به کار شما می‌آید یا نه",
}
_ZH: Final = {
    "asked": "您申请了{amount}",
    "asked_for": "您申请了{amount}，用途为“{purpose}”",
    "short": "最近{months}个完整月份中，有{short}个月支出大于收入，最多超出{gap}",
    "never_short": "最近{months}个完整月份中，没有一个月支出大于收入",
    "due": "未来31天内，到期的账单和分期款项共{due}",
    "ahead": "如果下个月的收入不高于低收入月份，生活需要和到期款项将缺少{gap}",
    "decides_nothing": "以上内容不影响决定；列出是为了让您看到这笔贷款是否合适",
}
NEEDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})


def say_need(need: Mapping[str, Any], language: str = "en", currency: str = "") -> tuple[str, ...]:
    """Say what was asked for beside the months that fell short and what falls due next.

    Parameters
    ----------
    need : mapping
        ``record.content["strategy"]["need"]``, or `Need.to_dict`.
    language : {"en", "fa", "zh"}, default "en"
    currency : str, default ""
        Code of the currency of amounts.

    Returns
    -------
    tuple of str
        Empty where the application names no amount.

    Examples
    --------
    >>> from creditscore.policy.ability.need import Need
    >>> for sentence in say_need(Need(900.0, None, 12, 2, 300.0, 80.0, 150.0, 0.0).to_dict(), currency="EUR"):
    ...     print(sentence)
    You asked for 900 EUR
    In 2 of the last 12 whole months more went out than came in, at most 300 EUR more
    In the next 31 days, bills and instalments of 230 EUR fall due
    This decided nothing; it is said so that you can see whether the loan fits
    """
    if need["amount"] is None:
        return ()
    texts, said = texts_in(language), NEEDS[language]

    def money(value: float) -> str:
        return spoken_amount(value, texts, currency)

    lines = [
        said["asked_for" if need["purpose"] else "asked"].format(
            amount=money(need["amount"]), purpose=need["purpose"]
        )
    ]
    if need["months"]:
        lines.append(
            said["short" if need["short_months"] else "never_short"].format(
                short=spoken_number(need["short_months"], texts),
                months=spoken_number(need["months"], texts), gap=money(need["largest_gap"]),
            )
        )  # fmt: skip
    due = (need["bills_due"] or 0.0) + (need["instalments_due"] or 0.0)
    lines += [said["due"].format(due=money(due))] if due else []
    lines += [said["ahead"].format(gap=money(need["gap_ahead"]))] if need["gap_ahead"] else []
    return (*lines, said["decides_nothing"]) if len(lines) > 1 else tuple(lines)
