"""What the table of parties holds: who applies together, and who stands surety."""

from __future__ import annotations

from typing import Final

from creditscore.data.tables import vocabularies as words
from creditscore.data.tables.column import Column

PARTIES: Final = "parties"
# What the time of a row is where none is given, 1900-01-01: who is named in an application is known with it.
WITH_THE_APPLICATION: Final = -2_208_988_800_000_000

COLUMNS: Final = (
    Column("applicant_id", "applicant", "Who it is.", required=True),
    Column("event_time", "time", "When they were named; left out: with the application itself."),
    Column("application_id", "id", "In which application.", required=True),
    Column(
        "role",
        "text",
        "What they are in it: who applies first, who applies with them and owes all of it too, or who pays "
        "where they do not.",
        required=True,
        vocabulary=words.PARTY_ROLES,
    ),
)
