"""What is read of a feature's declaration where its formula does not matter."""

from __future__ import annotations

from typing import Protocol

from creditscore.words.labels import AnyLabel


class Declaration(Protocol):
    """A declaration as contributions and reasons see it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def label(self) -> AnyLabel:
        """What it measures, or a user's own words for it."""

    @property
    def unit(self) -> str:
        """The unit of its values."""

    @property
    def sign(self) -> int:
        """+1 if risk may only rise with the value, -1 if it may only fall, 0 if neither is imposed."""

    @property
    def reason_group(self) -> str:
        """The reason that it counts to; empty if it is never a reason."""

    @property
    def source(self) -> str:
        """The source that it is computed from."""
