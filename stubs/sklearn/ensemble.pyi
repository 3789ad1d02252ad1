"""The little of scikit-learn that this project uses: scikit-learn itself has no type hints."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

class HistGradientBoostingClassifier:
    def __init__(
        self,
        *,
        learning_rate: float = ...,
        max_iter: int = ...,
        max_depth: int | None = ...,
        min_samples_leaf: int = ...,
        l2_regularization: float = ...,
        max_features: float = ...,
        monotonic_cst: Sequence[int] | None = ...,
        early_stopping: bool = ...,
        random_state: int | None = ...,
    ) -> None: ...
    def fit(
        self, X: NDArray[np.float64], y: NDArray[np.bool_], sample_weight: NDArray[np.float64] | None = ...
    ) -> Self: ...
    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]: ...
