"""How uses spread over channels, and how that changes."""

from __future__ import annotations

from typing import Final

from creditscore.data.tables.vocabularies import SESSION_CHANNELS
from creditscore.features.definition import Feature
from creditscore.features.digital.declared.terms import month, share_of, spread, used, using
from creditscore.features.formula import AtLeast, Condition, Difference, Ratio

_HALF: Final = "180d"
_FEW: Final = 5.0
_CHANNEL_PRIORS: Final = tuple(
    (channel, 0.4 if channel == "app" else 0.1) for channel in SESSION_CHANNELS if channel != "other"
)


def channel_features() -> tuple[Feature, ...]:
    """Return how uses spread over channels, and how that changes."""
    return (
        *(_channel(*row) for row in _CHANNEL_PRIORS),
        *_mix(),
        *_migration(),
    )


def _channel(channel: str, prior: float) -> Feature:
    part = used("count", None, Condition("channel", "in", (channel,)), window=_HALF)
    return using(
        f"{channel}_share", share_of(part, used("count", window=_HALF), prior, _FEW),
        f"(k + 5 * {prior}) / (n + 5): k of the n uses are in the channel {channel}; at least 5", "share", 0,
        _HALF, risk="medium", group="channel_use",
    )  # fmt: skip


def _mix() -> tuple[Feature, ...]:
    return (
        using(
            "channel_entropy", spread("key_entropy", "channel", _HALF, least=5, classes=8),
            "entropy of the channels of uses over ln 8; at least 5 uses", "share", 0, _HALF, risk="medium",
            group="channel_use",
        ),
        using(
            "channels_count", spread("distinct_keys", "channel", _HALF, least=0), "different channels",
            "count", 0, _HALF, group="channel_use",
        ),
        using(
            "channel_top_share", spread("top_share", "channel", _HALF, least=5),
            "share of the channel that is used most; at least 5 uses", "share", 0, _HALF, group="channel_use",
        ),
        *(
            using(
                "online_share",
                share_of(used("sum", "is_digital", window=w), used("count", window=w), 0.6, _FEW),
                "(k + 5 * 0.6) / (n + 5): k of the n uses are in app and web; at least 5", "share", 0, w,
                risk="medium", group="channel_use",
            )
            for w in ("90d", "365d")
        ),
    )  # fmt: skip


def _migration() -> tuple[Feature, ...]:
    changed = Ratio(
        used("sum", "channel_changed", window=_HALF), used("count", "channel_changed", window=_HALF)
    )
    recent, whole = ((used("sum", "is_digital", window=w), used("count", window=w)) for w in ("90d", "365d"))
    earlier = Difference(whole[0], recent[0]), Difference(whole[1], recent[1])
    shift = Difference(AtLeast(Ratio(*recent), recent[1], _FEW), AtLeast(Ratio(*earlier), earlier[1], _FEW))
    return (
        using(
            "channel_switch_share", AtLeast(changed, used("count", "channel_changed", window=_HALF), _FEW),
            "share of the uses that are in another channel than the use before; at least 5", "share", 0,
            _HALF, group="channel_change",
        ),
        using(
            "channel_new_share", spread("new_key_share", "channel", "90d"),
            "share of the channels used in 90d that were never used before", "share", 0, "90d",
            group="channel_change",
        ),
        using(
            "online_shift", shift,
            "share of uses in app and web in 90d less that of the 275 days before; at least 5 uses in each",
            "index", 0, "90d", risk="medium", group="channel_change", bounds=(-1.0, 1.0),
        ),
        *(
            using(
                "online_share_slope", month("slope", "digital_share", w, 4),
                "Theil-Sen slope of the share of uses in app and web from whole calendar month to month; at "
                "least 4 months with a use", "per month", 0, w, risk="medium", group="channel_change",
            )
            for w in ("6m", "12m")
        ),
    )  # fmt: skip
