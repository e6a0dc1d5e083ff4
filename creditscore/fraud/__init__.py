"""Signals of fraud rings, for a review queue; no score ever reads them."""

from __future__ import annotations

from creditscore.fraud.signals import FraudSignals, fraud_signals

__all__ = ["FraudSignals", "fraud_signals"]
