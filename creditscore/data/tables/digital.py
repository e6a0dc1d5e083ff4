"""What the tables of digital channels hold: sessions, forms, registrations, settings, and rights used."""

from __future__ import annotations

from typing import Final

from creditscore.data.tables import vocabularies as words
from creditscore.data.tables.column import Column

_PERSON: Final = Column("applicant_id", "applicant", "Whose row it is.", required=True)
_EVENT_TIME: Final = Column("event_time", "time", "When it happened.", required=True)
_SECONDS: Final = "seconds, 0 or more"
_DAYS: Final = "days, 0 or more"


def _closed(name: str, meaning: str, among: tuple[str, ...], *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required=required, vocabulary=among)


def _number(name: str, meaning: str, unit: str) -> Column:
    return Column(name, "number", meaning, unit, at_least=0.0)


def _secret(name: str, meaning: str) -> Column:
    return Column(name, "flag", meaning, fraud_only=True)


_DEVICE_CLASS: Final = _closed("device_class", "What sort of device.", words.DEVICE_CLASSES)
_OS_FAMILY: Final = _closed("os_family", "Which operating system.", words.OS_FAMILIES)

SESSIONS: Final = (
    _PERSON,
    _EVENT_TIME,
    _closed("channel", "Which channel.", words.SESSION_CHANNELS, required=True),
    _closed(
        "action",
        "What was done; a reminder is a message to the person, and no use of a channel.",
        words.SESSION_ACTIONS,
    ),
    Column("function", "text", "Which screen or function was used."),
    _number("duration_s", "How long it lasted.", _SECONDS),
    _closed("outcome", "How it ended.", words.SESSION_OUTCOMES),
    Column("device", "id", "On which device; a keyed hash will do."),
    _DEVICE_CLASS,
    _number("device_age_days", "Days since the model of the device came out.", _DAYS),
    _OS_FAMILY,
    Column("os_release", "text", "Which release of it."),
    _number("os_age_days", "Days since that release came out.", _DAYS),
    Column("region", "text", "Roughly where: a city or more."),
    Column("balance_view", "flag", "Whether the balance was looked at."),
    Column("answered_time", "time", "For a reminder: when the person did what it asked for."),
    Column("due_time", "time", "For a reminder: when what it asks for is due."),
    _secret("vpn", "Whether the address was hidden."),
    _secret("emulator", "Whether the device was emulated."),
    _secret("rooted", "Whether the protection of the device was removed."),
)

FORM_EVENTS: Final = (
    _PERSON,
    _EVENT_TIME,
    Column("application_id", "id", "Which form: steps of one belong together.", required=True),
    _closed("action", "What was done.", words.FORM_ACTIONS, required=True),
    _closed("field", "In which field.", words.FORM_FIELDS),
    Column("value", "number", "What a field of numbers shows afterwards.", "as the field has it"),
    _number("duration_s", "How long the person stayed there.", _SECONDS),
)

REGISTRATIONS: Final = (
    _PERSON,
    _EVENT_TIME,
    _closed("first_touch", "By which way the person first came.", words.FIRST_TOUCHES),
    _DEVICE_CLASS,
    _OS_FAMILY,
    _closed("email_host", "What sort of host the e-mail address has.", words.EMAIL_HOSTS),
    Column("email_digits", "flag", "Whether digits stand in the e-mail address."),
    Column("email_has_name", "flag", "Whether a part of the person's name stands in it."),
    Column("email_error", "flag", "Whether the first address that was entered could not be reached."),
    Column("lowercase", "flag", "Whether name and address were entered in lower case alone."),
    Column("do_not_track", "flag", "Whether the browser asks not to be tracked."),
)

SETTINGS: Final = (
    _PERSON,
    _EVENT_TIME,
    _closed("setting", "What was set.", words.SETTINGS, required=True),
    Column("enabled", "flag", "Whether it was turned on, and not off.", required=True),
)

COMPLAINTS: Final = (
    _PERSON,
    _EVENT_TIME,
    _closed("kind", "Which right was used.", words.RIGHTS, required=True),
)
