"""Signals of fraud rings for each application: shared keys, known defaults among them, density, bursts."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore._ground.pickling import reduced
from creditscore.data.applications import Applications
from creditscore.data.door.reading import Reading
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import SHARED_KINDS
from creditscore.errors import ParameterError
from creditscore.fraud.component import Component, Surroundings
from creditscore.fraud.devices import COLUMNS as MARKS
from creditscore.fraud.devices import device_marks
from creditscore.fraud.shared import read_shared

if TYPE_CHECKING:
    import pandas as pd

F8 = NDArray[np.float64]

COLUMNS: Final = (
    "shared_device_people", "shared_address_people", "shared_phone_people", "shared_defaulted_people",
    "ring_people", "ring_density", "ring_applications_7d", *MARKS,
)  # fmt: skip
EMULATED: Final = COLUMNS.index("emulated_device_uses")
WEEK: Final = 7 * DAY
BURST: Final = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FraudSignals:
    """A table for a review queue, one row an application. It is evidence for a person, not a verdict.

    Attributes
    ----------
    application_ids : tuple, length n
    values : ndarray of float64, shape (n, 11)
        Columns as in ``columns``: other persons who share a device, an address, a telephone; persons known
        to have defaulted among all who share; people of the component of shared keys (counted up to 51);
        share of its pairs that share a key or are tied (NaN alone, or above 50 people); applications of the
        component in the 7 days up to the moment, this one included; and of the applicant's sessions of 30
        days those with a hidden address, on an emulated device, and on one without its protection, and
        changes of region within an hour (NaN where the sessions do not say).
    in_queue : ndarray of bool, shape (n,)
        Whether a person should look.
    rank : ndarray of int64, shape (n,)
        1 is to be looked at first: by defaults, then by burst, then by people.
    """

    application_ids: tuple[Any, ...]
    values: F8
    in_queue: NDArray[np.bool_]
    rank: NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.values, self.in_queue, self.rank):
            array.setflags(write=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, self.__slots__)

    def __len__(self) -> int:
        return len(self.application_ids)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `values`."""
        return COLUMNS

    def to_frame(self) -> pd.DataFrame:
        """Write as a dataframe, first in the queue first."""
        import pandas as pd

        columns = {name: self.values[:, column] for column, name in enumerate(COLUMNS)}
        ranks = {"in_queue": self.in_queue, "rank": self.rank}
        frame = pd.DataFrame({"application_id": self.application_ids} | columns | ranks)
        return frame.sort_values("rank", ignore_index=True)

    def __repr__(self) -> str:
        return f"FraudSignals({len(self):,} applications, {int(self.in_queue.sum()):,} in the queue)"

    def _repr_html_(self) -> str:
        return str(self.to_frame().head(20).to_html(index=False))


def fraud_signals(
    applications: Applications,
    portfolio: Portfolio,
    *,
    shared: Any = None,
    most_people: int = 2,
    timezone: str | None = None,
) -> FraudSignals:
    """Compute signals of fraud rings as of the moment of each application.

    Only what was known before the moment counts: a use of a key, a default, a tie. The signals are no
    features: no score reads them, and credit and fraud are kept apart.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
        ``sessions.device`` counts as a shared device, and marks of tampering in sessions are counted;
        ``standings`` say who defaulted, ``ties`` who is tied.
    shared : dataframe or list of dicts, optional
        Columns person, kind (device, address, phone), key, event_time, and known_time if it was later.
    most_people : int, default 2
        An application joins the queue when more other persons than this share its device; or when more
        share its address or telephone, or one who shares is known to have defaulted, and the component
        applied 3 times or more in 7 days. So does one from an emulated device.
    timezone : str, optional
        Zone of times of `shared` that carry none.

    Returns
    -------
    FraudSignals

    Raises
    ------
    ContractError
        If `shared` breaks its contract.
    ParameterError
        If `most_people` is below 1, or a table is given where an object is meant.

    Examples
    --------
    >>> from creditscore.data.applications import Applications
    >>> from creditscore.data.portfolio import Portfolio
    >>> use = {"kind": "device", "key": "d", "event_time": "2024-01-01T00:00Z"}
    >>> uses = [{"person": person} | use for person in "abcd"]
    >>> asked = [{"application_id": 1, "applicant_id": "a", "as_of": "2024-02-01T00:00Z"}]
    >>> portfolio = Portfolio.from_records({"inquiries": [
    ...     {"applicant_id": "a", "event_time": "2024-01-05T00:00Z"}]})
    >>> fraud_signals(Applications.from_records(asked), portfolio, shared=uses)
    FraudSignals(1 applications, 1 in the queue)
    """
    if isinstance(most_people, bool) or not isinstance(most_people, int) or most_people < 1:
        raise ParameterError.must_be("most_people", "1 or more", most_people)
    check_given(applications=applications, portfolio=portfolio)
    around = Surroundings(read_shared(shared, portfolio, Reading(timezone)), portfolio)
    asked = _moments(applications)
    values = np.array(
        [
            _signals(around, asked, person, moment) + device_marks(portfolio, person, moment)
            for person, moment in zip(applications.applicant_ids, applications.as_of.tolist(), strict=True)
        ],
        np.float64,
    ).reshape(-1, len(COLUMNS))
    sharing, defaulted, burst = values[:, :3].max(axis=1), values[:, 3], values[:, 6]
    together = (sharing > most_people) | (defaulted > 0)
    in_queue = (values[:, 0] > most_people) | (together & (burst >= BURST)) | (values[:, EMULATED] > 0.0)
    order = np.lexsort((-sharing, -burst, -defaulted, ~in_queue))
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(1, order.size + 1)
    return FraudSignals(tuple(applications.application_ids), values, in_queue, rank)


def _moments(applications: Applications) -> dict[Any, list[int]]:
    """Moments of each person's applications, in order."""
    moments: dict[Any, list[int]] = {}
    for person, moment in zip(applications.applicant_ids, applications.as_of.tolist(), strict=True):
        moments.setdefault(person, []).append(moment)
    return {person: sorted(times) for person, times in moments.items()}


def _signals(around: Surroundings, asked: dict[Any, list[int]], person: Any, moment: int) -> list[float]:
    sharing = [around.shared.others(person, kind, moment) for kind in SHARED_KINDS]
    everyone = set().union(*sharing)
    if not everyone:
        return [0.0, 0.0, 0.0, 0.0, 1.0, np.nan, float(_in_week(asked, {person}, moment))]
    component = around.component(person, moment)
    return [
        *(float(len(people)) for people in sharing),
        float(sum(around.has_defaulted(other, moment) for other in everyone)),
        float(len(component.people)),
        _density(around, component, moment),
        float(_in_week(asked, component.people, moment)),
    ]


def _density(around: Surroundings, component: Component, moment: int) -> float:
    n = len(component.people)
    if component.cut or n < 2:
        return float("nan")
    return 2.0 * len(component.pairs | around.tied(component.people, moment)) / (n * (n - 1))


def _in_week(asked: dict[Any, list[int]], people: set[Any], moment: int) -> int:
    """Applications of some people in the 7 days up to the moment, the one at the moment included."""
    count = 0
    for person in people:
        times = asked.get(person, [])
        count += bisect_left(times, moment + 1) - bisect_left(times, moment - WEEK)
    return count
