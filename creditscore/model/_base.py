"""The base of estimators: scikit-learn's own, with the types that it does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import ArrayLike
    from sklearn.utils import Tags

    class Classifier:
        """What scikit-learn gives every classifier."""

        n_features_in_: int

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """Parameters by name."""

        def set_params(self, **params: Any) -> Self:
            """Set parameters by name."""

        def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
            """Share of rows whose label is predicted."""

        def __sklearn_tags__(self) -> Tags:
            """What scikit-learn's tools may expect."""

else:
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Classifier(ClassifierMixin, BaseEstimator):
        """A classifier of scikit-learn."""
