"""What an applicant is told where the income does not bear a loan, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from creditscore.words.languages import texts_in
from creditscore.words.wording import spoken_number, spoken_pair, spoken_value

_EN: Final = {
    "income_unknown": "Your income is not known, so a person will look at the application",
    "commitments_unknown": "It is not known which loans you repay, so a person will look at the application",
    "essentials_unknown": "It is not known what you need to live on, so a person will look at it",
    "share_of_income": "With this loan, instalments would take {found} of your income; at most {most} may",
    "share_of_left": "The instalment would take {found} of what needs and other loans leave; at most {most} "
    "may",
    "stress": "If your income fell by {fall} and the rate rose by {rise} points, {missing} a month would be "
    "missing",
    "nothing_left": "After your needs and other loans, nothing is left for an instalment",
    "last_payment": "The last payment of {found} is more than the {most} that your income could pay at once",
}
_FA: Final = {
    "income_unknown": "درآمد شما معلوم نیست؛ بنابراین یک نفر درخواست را بررسی می‌کند",
    "commitments_unknown": "معلوم نیست چه وام‌هایی را بازپرداخت می‌کنید؛ یک نفر درخواست را بررسی می‌کند",
    "essentials_unknown": "هزینهٔ زندگی شما معلوم نیست؛ بنابراین یک نفر درخواست را بررسی می‌کند",
    "share_of_income": "با این وام، قسط‌ها {found} درآمد شما را می‌گیرند؛ حداکثر {most} مجاز است",
    "share_of_left": "قسط {found} از آنچه پس از نیازها و وام‌های دیگر می‌ماند را می‌گیرد؛ حداکثر {most} مجاز "
    "است",
    "stress": "اگر درآمد شما {fall} کم و نرخ {rise} واحد درصد زیاد شود، ماهانه {missing} کم خواهد آمد",
    "nothing_left": "پس از نیازها و وام‌های دیگر، چیزی برای قسط نمی‌ماند",
    "last_payment": "آخرین پرداخت، {found}، بیش از {most} است که درآمد شما یک‌جا می‌تواند بپردازد",
}
_ZH: Final = {
    "income_unknown": "您的收入未知，因此申请将由人工审核",
    "commitments_unknown": "不清楚您正在偿还哪些贷款，因此申请将由人工审核",
    "essentials_unknown": "不清楚您的生活开支，因此申请将由人工审核",
    "share_of_income": "加上这笔贷款，分期还款将占您收入的{found}；最多允许{most}",
    "share_of_left": "该分期还款将占扣除生活需要和其他贷款后余额的{found}；最多允许{most}",
    "stress": "如果您的收入减少{fall}且利率上升{rise}个百分点，每月将缺少{missing}",
    "nothing_left": "扣除生活需要和其他贷款后，没有余额可用于分期还款",
    "last_payment": "最后一期还款{found}，超过您的收入一次能够支付的{most}",
}
SHORTFALLS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})


class SpokenAbility(Protocol):
    """What speech reads of an ability to pay."""

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What is not known or not met."""

    @property
    def shares(self) -> Mapping[str, float]:
        """Shares that the instalments take, infinite where nothing is left."""

    @property
    def left_in_stress(self) -> float:
        """What would be left in the test."""

    @property
    def last_payment(self) -> float:
        """The last payment, where it is larger than the others."""

    @property
    def most_at_end(self) -> float:
        """The highest last payment that could be paid."""


class SpokenRule(Protocol):
    """What speech reads of a rule."""

    @property
    def most_of_income(self) -> float:
        """Share of the income that instalments may take."""

    @property
    def most_of_left(self) -> float:
        """Share of what is left that the instalment may take."""

    @property
    def income_stress(self) -> float:
        """By which the income falls in the test."""

    @property
    def rate_stress(self) -> float:
        """By which the rate rises in the test."""


def say_shortfalls(
    ability: SpokenAbility, rule: SpokenRule, language: str = "en", currency: str = ""
) -> tuple[str, ...]:
    r"""Say in sentences why a loan cannot be paid out of the income, or what is not known.

    Parameters
    ----------
    ability : Ability
        What was found.
    rule : AbilityRule
        By which rule.
    language : {"en", "fa", "zh"}, default "en"
        The language.
    currency : str, default ""
        Code of the currency of amounts.

    Returns
    -------
    tuple of str
        One a shortfall; empty if there is none.

    Examples
    --------
    >>> from creditscore.policy.ability.assess import AbilityRule, Means, assess_ability
    >>> from creditscore.policy.pricing.repayment import LoanTerms
    >>> rule = AbilityRule({1: 600.0})
    >>> found = assess_ability(Means(1000.0, 0.0, 700.0), LoanTerms(5000.0, 12), 0.1, rule)
    >>> print("\n".join(say_shortfalls(found, rule, currency="EUR")))
    With this loan, instalments would take 44% of your income; at most 40% may
    The instalment would take 147% of what needs and other loans leave; at most 60% may
    If your income fell by 10% and the rate rose by 2 points, 244 EUR a month would be missing
    """
    return tuple(
        dict.fromkeys(say_shortfall(key, ability, rule, language, currency) for key in ability.shortfalls)
    )


def say_shortfall(
    key: str, ability: SpokenAbility, rule: SpokenRule, language: str = "en", currency: str = ""
) -> str:
    """Say one shortfall of those that `say_shortfalls` says."""
    texts, said = texts_in(language), SHORTFALLS[language]
    most = {"share_of_income": rule.most_of_income, "share_of_left": rule.most_of_left}
    if key in most and ability.shares[key] == float("inf"):
        return said["nothing_left"]
    if key in most:
        found, limit = spoken_pair(ability.shares[key], most[key], "share", texts)
        return said[key].format(found=found, most=limit)
    if key == "last_payment":
        found, limit = spoken_pair(ability.last_payment, ability.most_at_end, "money", texts, currency)
        return said[key].format(found=found, most=limit)
    return said[key].format(
        fall=spoken_value(rule.income_stress, "share", texts),
        rise=spoken_number(100.0 * rule.rate_stress, texts),
        missing=spoken_value(-ability.left_in_stress, "money", texts, currency=currency),
    )
