"""What a borrower is told of a credit line: what happens to it, and why, in three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

from creditscore.words.languages import texts_in
from creditscore.words.reasons._entries import Texts
from creditscore.words.wording import spoken_number, spoken_pair, spoken_value

# What happens, by the change; then the reasons, by their keys.
_EN: Final = {
    "open": "A credit line of {line} is opened",
    "raise": "The line rises from {before} to {line}",
    "offer": "The line can rise from {before} to {offered}; without your consent it stays at {line}",
    "keep": "The line stays at {line}",
    "lower": "The line falls from {before} to {line}",
    "close": "The line of {before} is closed",
    "refuse": "No credit line is opened",
    "refer": "A person will look at the request",
    "frozen": "Until what is late is paid, nothing more can be drawn",
    "ahead": "After {months} months at the earliest, the line can rise from {line} to {offered}: if at least "
    "{payments} payments of the last {window} months fell due and {on_time} of them were on time, {use} of "
    "the line is used on average, nothing is late, and grade and income are still the same",
    "agreed": "It rises only if you agree",
    "stays": "At the grade and income of today, the line would stay at {line}",
    "first": "At this grade and a monthly income of {found}, a first line of {bound} is given",
    "no_line": "At this grade and a monthly income of {found}, no line is given",
    "first_not_assessed": "It is not known what the income can pay back",
    "first_exposure_unknown": "It is not known what is owed elsewhere",
    "most": "No line is larger than {bound}",
    "income_share": "At a monthly income of {found}, a line may be {bound} at most",
    "grade_most": "At this grade, a line may be {bound} at most",
    "payable": "The income could pay back a line of {bound} at most",
    "person": "With other credit of {found}, at most {bound} more is lent to one person",
    "grade_total": "All lines of this grade come to {found}, and at most {bound} can be added",
    "portfolio": "All lines come to {found}, and at most {bound} can be added",
    "least": "{found} is less than {bound}, the smallest line",
    "not_assessed": "It is not known what the income can pay back, so the line is not raised",
    "exposure_unknown": "It is not known what is owed elsewhere, so the line is not raised",
    "use_unknown": "It is not known how much of the line was used, so it is not raised",
    "paid_on_time": "Of the known payments of the last {months} months, {found} were on time; a raise needs "
    "{bound}",
    "used": "On average {found} of the line was used; a raise needs {bound}",
    "consent": "A line is raised to {bound} only if you agree",
    "too_soon": "Months since the last change: {found}; there must be {bound}",
    "arrears": "A payment is late by {found}; a raise needs that none is",
    "arrears_lately": "Months known to have passed without a late payment: {found}; a raise needs {bound}",
    "few_payments": "Known payments that fell due in the last {months} months: {found}; a raise needs "
    "{bound}",
    "some_late": "Of the known payments of the last {months} months, {found} were on time; a raise needs "
    "{bound}",
    "little_used": "On average {found} of the line was used; a raise needs {bound}",
    "held_by_rule": "A rule of ours stands against a raise, so the line is not raised",
    "held_by_score": "The score is {found}; a raise needs {bound}",
    "held_by_others": "What is known of somebody who applies too stands against a raise",
    "late": "A payment is late by {found}; from {bound} on, a line is lowered",
    "missed": "Of the known payments of the last {months} months, {found} were on time; up to {bound}, a "
    "line is lowered",
    "unused": "On average {found} of the line was used; up to {bound}, a line is lowered",
    "above_most": "At this grade and income, {bound} is given at most; the line was {found}",
    "owed": "{found} is drawn, and no line falls below what is drawn",
    "least_kept": "{bound} is the smallest line",
    "default": "A payment is late by {found}; from {bound} on, a line is closed",
}
_FA: Final = {
    "open": "خط اعتباری {line} باز می‌شود",
    "raise": "سقف خط اعتباری از {before} به {line} می‌رسد",
    "offer": "سقف خط اعتباری می‌تواند از {before} به {offered} برسد؛ بدون موافقت شما {line} می‌ماند",
    "keep": "سقف خط اعتباری {line} می‌ماند",
    "lower": "سقف خط اعتباری از {before} به {line} کم می‌شود",
    "close": "خط اعتباری {before} بسته می‌شود",
    "refuse": "خط اعتباری باز نمی‌شود",
    "refer": "یک نفر درخواست را بررسی می‌کند",
    "frozen": "تا پرداخت آنچه عقب افتاده است، برداشت دیگری ممکن نیست",
    "ahead": "سقف خط اعتباری زودتر از {months} ماه دیگر از {line} به {offered} نمی‌رسد، و به این شرط: دست‌کم "
    "{payments} پرداخت در {window} ماه گذشته سررسید شده و {on_time} آن‌ها به‌موقع بوده باشد، به‌طور میانگین "
    "{use} از خط اعتباری استفاده شود، پرداختی دیر نشده باشد و رتبه و درآمد همان بماند",
    "agreed": "سقف فقط با موافقت شما بالا می‌رود",
    "stays": "با رتبه و درآمد امروز، سقف خط اعتباری {line} می‌ماند",
    "first": "با این رتبه و درآمد ماهانهٔ {found}، نخستین خط اعتباری {bound} است",
    "no_line": "با این رتبه و درآمد ماهانهٔ {found}، خط اعتباری داده نمی‌شود",
    "first_not_assessed": "معلوم نیست درآمد چه مبلغی را می‌تواند بازپرداخت کند",
    "first_exposure_unknown": "معلوم نیست در جاهای دیگر چه بدهی‌ای هست",
    "most": "هیچ خط اعتباری بیش از {bound} نیست",
    "income_share": "با درآمد ماهانهٔ {found}، خط اعتباری حداکثر {bound} است",
    "grade_most": "با این رتبه، خط اعتباری حداکثر {bound} است",
    "payable": "درآمد حداکثر خط اعتباری {bound} را می‌تواند بازپرداخت کند",
    "person": "با اعتبارهای دیگر به مبلغ {found}، به یک نفر حداکثر {bound} دیگر داده می‌شود",
    "grade_total": "همهٔ خطوط اعتباری این رتبه {found} است و حداکثر {bound} می‌توان افزود",
    "portfolio": "همهٔ خطوط اعتباری {found} است و حداکثر {bound} می‌توان افزود",
    "least": "{found} کمتر از {bound}، کوچک‌ترین خط اعتباری، است",
    "not_assessed": "معلوم نیست درآمد چه مبلغی را می‌تواند بازپرداخت کند؛ بنابراین سقف بالا نمی‌رود",
    "exposure_unknown": "معلوم نیست در جاهای دیگر چه بدهی‌ای هست؛ بنابراین سقف بالا نمی‌رود",
    "use_unknown": "معلوم نیست چه سهمی از خط اعتباری استفاده شده است؛ بنابراین سقف بالا نمی‌رود",
    "paid_on_time": "از پرداخت‌های معلوم {months} ماه گذشته {found} به‌موقع بود؛ برای افزایش {bound} لازم است",
    "used": "به‌طور میانگین {found} از خط اعتباری استفاده شد؛ برای افزایش {bound} لازم است",
    "consent": "سقف فقط با موافقت شما به {bound} می‌رسد",
    "too_soon": "ماه‌های گذشته از آخرین تغییر: {found}؛ باید {bound} باشد",
    "arrears": "پرداختی {found} دیر شده است؛ برای افزایش نباید هیچ پرداختی دیر باشد",
    "arrears_lately": "ماه‌هایی که معلوم است بدون دیرکرد گذشته‌اند: {found}؛ برای افزایش {bound} لازم است",
    "few_payments": "پرداخت‌های معلوم با سررسید در {months} ماه گذشته: {found}؛ برای افزایش {bound} لازم است",
    "some_late": "از پرداخت‌های معلوم {months} ماه گذشته {found} به‌موقع بود؛ برای افزایش {bound} لازم است",
    "little_used": "به‌طور میانگین {found} از خط اعتباری استفاده شد؛ برای افزایش {bound} لازم است",
    "held_by_rule": "قاعده‌ای از ما مانع افزایش است؛ بنابراین سقف بالا نمی‌رود",
    "held_by_score": "امتیاز {found} است؛ برای افزایش {bound} لازم است",
    "held_by_others": "آنچه دربارهٔ یکی دیگر از درخواست‌کنندگان معلوم است، مانع افزایش است",
    "late": "پرداختی {found} دیر شده است؛ از {bound} به بعد سقف کم می‌شود",
    "missed": "از پرداخت‌های معلوم {months} ماه گذشته {found} به‌موقع بود؛ تا {bound} سقف کم می‌شود",
    "unused": "به‌طور میانگین {found} از خط اعتباری استفاده شد؛ تا {bound} سقف کم می‌شود",
    "above_most": "با این رتبه و درآمد حداکثر {bound} داده می‌شود؛ سقف {found} بود",
    "owed": "{found} برداشت شده است و سقف از آن کمتر نمی‌شود",
    "least_kept": "کوچک‌ترین خط اعتباری {bound} است",
    "default": "پرداختی {found} دیر شده است؛ از {bound} به بعد خط اعتباری بسته می‌شود",
}
_ZH: Final = {
    "open": "开通授信额度{line}",
    "raise": "额度从{before}提高到{line}",
    "offer": "额度可以从{before}提高到{offered}；未经您同意，额度仍为{line}",
    "keep": "额度仍为{line}",
    "lower": "额度从{before}降低到{line}",
    "close": "额度{before}已关闭",
    "refuse": "不开通授信额度",
    "refer": "将由人工审核该申请",
    "frozen": "在逾期款项付清之前，不能再支用",
    "ahead": "最早{months}个月后，额度可以从{line}提高到{offered}：过去{window}个月内至少有"
    "{payments}次还款到期，其中{on_time}按时，额度平均使用{use}，没有逾期，并且等级和收入不变",
    "agreed": "只有您同意，额度才会提高",
    "stays": "按目前的等级和收入，额度仍为{line}",
    "first": "按此等级和月收入{found}，首次额度为{bound}",
    "no_line": "按此等级和月收入{found}，不提供额度",
    "first_not_assessed": "不清楚收入能够偿还多少",
    "first_exposure_unknown": "不清楚在其他地方欠款多少",
    "most": "额度最高为{bound}",
    "income_share": "按月收入{found}，额度最高为{bound}",
    "grade_most": "按此等级，额度最高为{bound}",
    "payable": "收入最多能够偿还{bound}的额度",
    "person": "其他信贷为{found}，每人最多还可贷{bound}",
    "grade_total": "此等级的全部额度为{found}，最多还可增加{bound}",
    "portfolio": "全部额度为{found}，最多还可增加{bound}",
    "least": "{found}低于最小额度{bound}",
    "not_assessed": "不清楚收入能够偿还多少，因此不提高额度",
    "exposure_unknown": "不清楚在其他地方欠款多少，因此不提高额度",
    "use_unknown": "不清楚额度使用了多少，因此不提高额度",
    "paid_on_time": "过去{months}个月已知的还款中，{found}按时；提高额度需要{bound}",
    "used": "额度平均使用了{found}；提高额度需要{bound}",
    "consent": "只有您同意，额度才会提高到{bound}",
    "too_soon": "距上次变更的月数：{found}；须达到{bound}",
    "arrears": "有一笔还款逾期{found}；提高额度须没有逾期",
    "arrears_lately": "已知没有逾期的月数：{found}；提高额度需要{bound}",
    "few_payments": "过去{months}个月到期的已知还款次数：{found}；提高额度需要{bound}",
    "some_late": "过去{months}个月已知的还款中，{found}按时；提高额度需要{bound}",
    "little_used": "额度平均使用了{found}；提高额度需要{bound}",
    "held_by_rule": "我们的一项规则不允许提高额度，因此不提高额度",
    "held_by_score": "评分为{found}；提高额度需要{bound}",
    "held_by_others": "另一位共同申请人的情况不允许提高额度",
    "late": "有一笔还款逾期{found}；达到{bound}时降低额度",
    "missed": "过去{months}个月已知的还款中，{found}按时；不超过{bound}时降低额度",
    "unused": "额度平均使用了{found}；不超过{bound}时降低额度",
    "above_most": "按此等级和收入，额度最高为{bound}；原额度为{found}",
    "owed": "已支用{found}，额度不会低于已支用金额",
    "least_kept": "最小额度为{bound}",
    "default": "有一笔还款逾期{found}；达到{bound}时关闭额度",
}
LINES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})
# Of which unit the numbers of a reason are; those of all others are money.
_SHARES: Final = frozenset({"paid_on_time", "used", "some_late", "little_used", "missed", "unused"})
_COUNTS: Final = frozenset({"too_soon", "arrears_lately", "few_payments", "held_by_score"})
_DAYS: Final = frozenset({"arrears", "late", "default"})


class SpokenReason(Protocol):
    """What speech reads of a reason."""

    @property
    def key(self) -> str:
        """Which reason."""

    @property
    def found(self) -> float | None:
        """The number that was found."""

    @property
    def bound(self) -> float | None:
        """The number that it is compared with."""


class SpokenStep(Protocol):
    """What speech reads of a step of a line."""

    @property
    def change(self) -> str:
        """What happens."""

    @property
    def before(self) -> float:
        """The line before."""

    @property
    def line(self) -> float:
        """The line that holds now."""

    @property
    def offered(self) -> float:
        """The line once a raise is agreed to."""

    @property
    def frozen(self) -> bool:
        """Whether nothing more may be drawn."""

    @property
    def reasons(self) -> Sequence[SpokenReason]:
        """Why."""

    @property
    def months(self) -> int:
        """Months over which conduct was looked at."""


def say_line(step: SpokenStep, language: str = "en", currency: str = "") -> tuple[str, ...]:
    r"""Say in sentences what happens to a credit line, and why.

    Parameters
    ----------
    step : LineStep
        What a plan found.
    language : {"en", "fa", "zh"}, default "en"
    currency : str, default ""
        Code of the currency of amounts.

    Returns
    -------
    tuple of str
        What happens first, then each reason.

    Examples
    --------
    >>> from creditscore.policy.lines.found import LineReason, LineStep
    >>> step = LineStep(
    ...     "keep", "A", 300.0, 300.0, 300.0, False, (LineReason("some_late", 5 / 6, 0.95),), 900.0, 6, ""
    ... )
    >>> print("\n".join(say_line(step, currency="EUR")))
    The line stays at 300 EUR
    Of the known payments of the last 6 months, 83.3% were on time; a raise needs 95%
    """
    texts, said = texts_in(language), LINES[language]
    amounts = {
        name: spoken_value(amount, "money", texts, currency=currency)
        for name, amount in (("before", step.before), ("line", step.line), ("offered", step.offered))
    }
    head = [said[step.change].format(**amounts)]
    if step.frozen and step.change != "close":
        head.append(said["frozen"])
    reasons = [say_line_reason(one, step.months, language, currency) for one in step.reasons]
    return tuple(dict.fromkeys([*head, *reasons]))


def say_line_reason(reason: SpokenReason, months: int, language: str = "en", currency: str = "") -> str:
    """Say one reason of a step in a sentence.

    Parameters
    ----------
    reason : LineReason
    months : int
        Over which conduct was looked at.
    language : {"en", "fa", "zh"}, default "en"
    currency : str, default ""
        Code of the currency of amounts.
    """
    texts = texts_in(language)
    numbers = _numbers(reason, texts, currency)
    return LINES[language][reason.key].format(months=spoken_number(months, texts), **numbers)


def _numbers(reason: SpokenReason, texts: Texts, currency: str) -> dict[str, str]:
    """Say both numbers of a reason in its unit, so that two which differ are written differently."""
    key = reason.key
    unit = "share" if key in _SHARES else "days" if key in _DAYS else "count" if key in _COUNTS else "money"
    if reason.found is not None and reason.bound is not None:
        found, bound = spoken_pair(reason.found, reason.bound, unit, texts, currency)
        return {"found": found, "bound": bound}
    given = {"found": reason.found, "bound": reason.bound}
    return {
        name: spoken_value(number, unit, texts, currency=currency)
        for name, number in given.items()
        if number is not None
    }


def say_line_ahead(
    step: Mapping[str, Any], rules: Mapping[str, Any], language: str = "en", currency: str = ""
) -> tuple[str, ...]:
    """Say what the first review would make of a line that a decision gives, if it is used and repaid.

    Parameters
    ----------
    step : mapping
        ``record.content["strategy"]["line"]["next"]``.
    rules : mapping
        ``record.content["strategy"]["line"]["rules"]``.
    language : {"en", "fa", "zh"}, default "en"
    currency : str, default ""
        Code of the currency of amounts.

    Examples
    --------
    >>> from creditscore.policy.lines.parts import StepRules
    >>> found = {"change": "keep", "line": 300.0, "offered": 300.0}
    >>> say_line_ahead(found, StepRules().to_dict(), currency="EUR")
    ('At the grade and income of today, the line would stay at 300 EUR',)
    """
    texts, said = texts_in(language), LINES[language]
    line, offered = (
        spoken_value(step[name], "money", texts, currency=currency) for name in ("line", "offered")
    )
    if step["offered"] <= step["line"]:
        return (said["stays"].format(line=line),)
    counts = {"months": "months_between", "payments": "least_payments", "window": "months"}
    numbers = {name: spoken_number(rules[rule], texts) for name, rule in counts.items()}
    shares = {"on_time": "raise_on_time", "use": "raise_use"}
    numbers |= {name: spoken_value(rules[rule], "share", texts) for name, rule in shares.items()}
    ahead = said["ahead"].format(line=line, offered=offered, **numbers)
    return (ahead, said["agreed"]) if step["change"] == "offer" else (ahead,)
