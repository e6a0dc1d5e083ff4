"""Public data that travel with the library, as tables that keep the contracts."""

from __future__ import annotations

from creditscore.datasets.german import GermanCredit, load_german
from creditscore.datasets.taiwan import TaiwanCards, load_taiwan_cards, load_taiwan_protected

__all__ = ["GermanCredit", "TaiwanCards", "load_german", "load_taiwan_cards", "load_taiwan_protected"]
