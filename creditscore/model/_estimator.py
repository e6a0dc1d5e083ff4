"""What both estimators say of rows, in the conventions of scikit-learn."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from creditscore.model._base import Classifier
from creditscore.model._inputs import TrainingRows, read_rows, scoring_rows
from creditscore.model._tables import Label, Reader
from creditscore.model.scale import probability_of_default


class RiskClassifier(Classifier):
    """A classifier of two labels, of which one is bad.

    scikit-learn's tools sort labels and take the greater one for the positive. Here too labels are sorted in
    ``classes_``, and `predict_proba` and `decision_function` follow them; `log_odds` and
    `probability_of_bad` speak of the bad label, whichever comes first.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The labels, rising.
    bad_label_ : label
        The bad one.
    reader_ : Reader or None
        How columns of texts and of ordered labels become numbers: ``reader_.labels``; None after a fit on a
        matrix of numbers.
    """

    classes_: NDArray[Any]
    bad_label_: Any
    reader_: Reader | None

    @abstractmethod
    def log_odds_of_numbers(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds of bad, shape (n_rows,), of numbers that need no check, shape (n_rows, n_features)."""

    @abstractmethod
    def _categories(self) -> Mapping[int, tuple[float, ...]]:
        """Columns of labels, and the labels that fitting saw, as numbers."""

    def _remember(self, rows: TrainingRows) -> None:
        self.classes_, self.bad_label_, self.reader_ = rows.classes, rows.bad_label, rows.reader

    def log_odds(self, X: ArrayLike) -> NDArray[np.float64]:
        """Log-odds of bad; higher is riskier, whichever label is the greater.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            Features; what is missing in any library's way is missing. Labels that fitting did not see count
            as missing, with an ``UnseenLabelsWarning`` that counts them.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
        """
        check_is_fitted(self)
        return self.log_odds_of_numbers(scoring_rows(self, X, self.reader_, self._categories()))

    def probability_of_bad(self, X: ArrayLike) -> NDArray[np.float64]:
        """Probability of bad, within 0 and 1, shape (n_rows,); ``X`` is as in `log_odds`."""
        return probability_of_default(self.log_odds(X))

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Log-odds of the greater label, as scikit-learn has it: of bad, unless bad is the lesser one.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            As for `log_odds`.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
        """
        log_odds = self.log_odds(X)
        return log_odds if self.bad_label_ == self.classes_[1] else -log_odds

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Probabilities of both labels.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            As for `log_odds`.

        Returns
        -------
        ndarray of float64, shape (n_rows, 2)
            Within 0 and 1, in the order of ``classes_``; rows add up to 1.
        """
        greater = self.decision_function(X)
        return np.column_stack([probability_of_default(-greater), probability_of_default(greater)])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier label of each row; a cut-off by profit is the better way to decide.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            As for `log_odds`.

        Returns
        -------
        ndarray, shape (n_rows,)
            Labels out of ``classes_``; the lesser one where both are equally likely.
        """
        is_greater = self.decision_function(X) > 0
        labels: NDArray[Any] = self.classes_[is_greater.astype(np.int64)]
        return labels

    def unseen_labels(self, X: ArrayLike) -> dict[str, dict[Label, int]]:
        """Count by column the labels that fitting did not see; they score as missing ones do.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            As for `log_odds`.

        Returns
        -------
        dict of str to dict of label to int
            Empty if every label is known.
        """
        check_is_fitted(self)
        return read_rows(self, X, self.reader_, self._categories())[1]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_class = False
        return tags
