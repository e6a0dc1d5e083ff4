"""Every view of digital channels."""

from __future__ import annotations

from typing import Final

from creditscore.features.digital.rows import forms, months, registrations, reminders, uses
from creditscore.features.view import View

DIGITAL_VIEWS: Final[tuple[View, ...]] = (
    *uses.VIEWS,
    *months.VIEWS,
    *reminders.VIEWS,
    *forms.VIEWS,
    *registrations.VIEWS,
)
