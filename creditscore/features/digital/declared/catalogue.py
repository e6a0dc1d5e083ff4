"""Digital channels: every feature of sessions, forms, registrations, settings, and rights used."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from itertools import chain

from creditscore.errors import NameUnknownError, OffByDefaultWarning, ParameterError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.digital.declared.access import (
    access_features,
    device_features,
    reminder_features,
)
from creditscore.features.digital.declared.channels import channel_features
from creditscore.features.digital.declared.forms import form_features
from creditscore.features.digital.declared.functions import function_features
from creditscore.features.digital.declared.registrations import marked_features, registration_features
from creditscore.features.digital.declared.rights import right_features
from creditscore.features.digital.declared.uses import use_features


def digital_features(*, also: Sequence[str] = ()) -> FeatureSet:
    """Declare features of digital channels: sessions, application forms, registrations and settings.

    How old devices are, which they are and roughly where they are used stands close to income, age and
    region: such features carry a high `proxy_risk` and the tags ``device`` and ``location``. Marks of device
    tampering and hidden addresses are evidence for `fraud_signals` alone: no feature can read them.

    Parameters
    ----------
    also : sequence of str
        Names of features that are off by default: what an e-mail address or a way of writing may tell of
        where a name comes from, whether tracking was refused, and how often rights were used. Each is named
        with its tags in a warning. A right that was used can never raise the risk.

    Returns
    -------
    FeatureSet
        Names start with ``digital_``, ``form_``, ``registration_`` or ``complaints_``. A feature whose
        columns are absent is NaN.

    Raises
    ------
    NameUnknownError
        If a name is none of those that are off by default.
    ParameterError
        If one text is given instead of several names.

    Warns
    -----
    OffByDefaultWarning
        Of every feature that was asked for by name.

    References
    ----------
    Berg, Burg, Gombovic and Puri (2020), Review of Financial Studies 33(7), for the footprint of a checkout.

    Examples
    --------
    >>> catalogue = digital_features()
    >>> catalogue["digital_reminder_answered_share_365d"].sign
    -1
    >>> "registration_email_has_name_share" in catalogue.names
    False
    """
    if isinstance(also, str):
        raise ParameterError.must_be("also", "a sequence of names", also)
    off = {feature.name: feature for feature in off_by_default()}
    for name in also:
        if name not in off:
            raise NameUnknownError.among("feature that is off by default", name, tuple(off))
        tags = ", ".join(off[name].legal_tags)
        warnings.warn(
            f"{name} is off by default and was asked for: proxy risk {off[name].proxy_risk}, tags {tags}.",
            OffByDefaultWarning,
            stacklevel=2,
        )
    return FeatureSet((*_on(), *(off[name] for name in also)))


@cache
def off_by_default() -> tuple[Feature, ...]:
    """Return the features that are declared only where they are asked for by name."""
    return (*marked_features(), *right_features())


def every_digital_feature() -> FeatureSet:
    """Return all of them, those included that are off by default."""
    return FeatureSet((*_on(), *off_by_default()))


def _on() -> tuple[Feature, ...]:
    parts = (
        use_features(),
        function_features(),
        channel_features(),
        device_features(),
        access_features(),
        reminder_features(),
        form_features(),
        registration_features(),
    )
    return tuple(chain.from_iterable(parts))
