"""Page words of an offer and of an ability to pay, in Persian."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "outcome.counter_offer": "با شرایطی دیگر پذیرفته شد",
    "outcome.raise": "سقف خط اعتباری بالا می‌رود",
    "outcome.offer": "سقف خط اعتباری می‌تواند بالا برود",
    "outcome.keep": "سقف خط اعتباری همان می‌ماند",
    "outcome.lower": "سقف خط اعتباری کم می‌شود",
    "outcome.close": "خط اعتباری بسته می‌شود",
    "reasons.ability": "توان بازپرداخت",
    "reasons.offer": "میزان وام",
    "reasons.parties": "کسانی که با شما درخواست داده‌اند",
    "offer.title": "پیشنهاد و توان بازپرداخت",
    "offer.none": "با این تصمیم چیزی پیشنهاد نمی‌شود.",
    "offer.priced": "نرخ به‌طور خودکار و تنها از روی رتبه، نوع وثیقه، مدت، مبلغ و شیوهٔ "
    "بازپرداخت تعیین شده است.",
    "offer.ability": "آنچه می‌توانید بپردازید، در ماه",
    "offer.unknown": "معلوم نیست",
    "offer.income": "درآمدی که به حساب می‌آید",
    "offer.commitments": "وام‌های دیگر",
    "offer.essentials": "هزینه‌های ضروری",
    "offer.instalment": "قسط وام بررسی‌شده",
    "offer.left": "باقی‌مانده پس از آن",
    "offer.together": "این رقم‌ها از همهٔ کسانی است که با هم درخواست داده‌اند، {number} نفر؛ "
    "هر وام یک بار حساب شده است.",
    "offer.need": "آنچه درخواست کرده‌اید و پول شما",
}
