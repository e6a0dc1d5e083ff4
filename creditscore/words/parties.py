"""What an applicant is told of people who apply with them or stand surety, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# What is known of one person is told to that person alone.
_EN: Final = {
    "others_declined": "You apply together, and the loan needs everybody's part: it could not be given on "
    "what is known of a person who applies with you, who gets the reasons in a notice of their own",
    "others_referred": "You apply together, and a person will look at what is known of somebody who applies "
    "with you",
    "guarantor_unable": "A person who stands surety could not pay the instalments out of their own income, "
    "so a person will look at the application",
    "guarantor_unknown": "It is not known what a person who stands surety could pay, so a person will look "
    "at the application",
}
_FA: Final = {
    "others_declined": "شما با هم درخواست داده‌اید و وام به سهم همه نیاز دارد: با آنچه از یکی از "
    "همراهان شما معلوم است وام داده نشد؛ دلیل‌ها در اعلامیهٔ خود او آمده است",
    "others_referred": "شما با هم درخواست داده‌اید و یک نفر آنچه را از همراه شما معلوم است بررسی می‌کند",
    "guarantor_unable": "ضامن نمی‌تواند قسط‌ها را از درآمد خود بپردازد؛ بنابراین یک نفر درخواست را بررسی می‌کند",
    "guarantor_unknown": "معلوم نیست ضامن چه مبلغی می‌تواند بپردازد؛ بنابراین یک نفر درخواست را بررسی می‌کند",
}
_ZH: Final = {
    "others_declined": "你们共同申请，贷款需要每位申请人都符合条件：根据与您共同申请的人的已知情况，"
    "无法发放贷款；具体理由已在发给其本人的通知中说明",
    "others_referred": "你们共同申请，将由人工审核与您共同申请的人的已知情况",
    "guarantor_unable": "担保人无法用自己的收入偿还分期款项，因此申请将由人工审核",
    "guarantor_unknown": "不清楚担保人能够偿还多少，因此申请将由人工审核",
}
PARTIES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fa": _FA, "zh": _ZH})
