"""Protected characteristics are recognised by name in three languages; what only sounds like one is not."""

from __future__ import annotations

import pytest

from creditscore.data.protected import PROTECTED, protected_by

PROTECTED_NAMES = {
    "age": "age_of_applicant age_of_borrower dateOfBirth ages dob birth-year applicantAge AGE age2"
    " سن تاریخ‌تولد 年龄 申请人年龄 出生日期 client.age tarikh_tavalod",
    "sex": "gender is_female sexo SEX personal_status_sex جنسیت jensiat 性别 客户性别 Pregnant",
    "marital status and family": "maritalStatus married number_of_dependents وضعیت_تأهل"
    " وضعیت_تاهل 婚姻状况 is_single",
    "race and ethnic origin": "race ethnicity foreign_worker nationality قومیت 民族 国籍 hukou",
    "religion and belief": "religion مذهب دین 宗教信仰 trade_union_member political_party",
    "health and disability": "disability health_status معلولیت 残疾 veteran",
    "language and name": "language_of_contract last_name surname applicant_name زبان 姓名",
    "place of living, which stands for origin": "postcode zip_code کدپستی 邮政编码",
}
OTHERS = (
    "credit_union_member brand_name single_payment amount term_days purpose housing savings "
    "employment_since telephone job age_of_business account_age_days percentage average_balance manager "
    "message mortgage usage sender presence loan_origination domain usage_count product_name "
    "employer_name third_party_fee financial_health_score screen_orientation foreign_currency_share "
    "iso_din_code man_hours dinner"
)


@pytest.mark.parametrize(
    ("name", "characteristic"),
    [(name, one) for one, names in PROTECTED_NAMES.items() for name in names.split()],
)
def test_a_protected_characteristic_is_recognised(name: str, characteristic: str) -> None:
    found = protected_by(name)
    assert found is not None
    assert found.name == characteristic
    assert found.laws
    assert protected_by(f"application_{name}") is found


@pytest.mark.parametrize("name", OTHERS.split())
def test_what_only_sounds_like_one_is_not(name: str) -> None:
    assert protected_by(name) is None
    assert protected_by(f"application_{name}") is None


def test_every_characteristic_has_words_in_english_persian_and_chinese_or_says_why_not() -> None:
    for one in PROTECTED:
        joined = " ".join((*one.words, *one.within))
        assert any("a" <= letter <= "z" for letter in joined), one.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in joined), one.name
    persian = [one.name for one in PROTECTED if any("\u0600" <= c <= "\u06ff" for c in " ".join(one.words))]
    assert set(persian) == {one.name for one in PROTECTED} - {"sexual orientation"}
