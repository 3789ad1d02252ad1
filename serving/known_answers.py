"""Feature rows with the probabilities that a model gave for them when it was made: the loaded one has to give the same.

They find what the hashes of a bundle's files cannot: a library or a machine that reads the same files differently.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from football.errors import StoreError
from serving.model import OutcomeModel

Float = NDArray[np.float64]

TOLERANCE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class KnownAnswers:
    """n fixtures (`names`, for messages), their rows (n, features of the model) and probabilities (n, 3)."""

    names: tuple[str, ...]
    rows: Float
    probabilities: Float

    @classmethod
    def of(cls, model: OutcomeModel, names: tuple[str, ...], rows: Float) -> Self:
        """What a model answers to rows."""
        return cls(names, rows, model.predict_proba(rows))

    def check(self, model: OutcomeModel) -> None:
        """StoreError unless the model gives the same probabilities."""
        if self.rows.shape != (len(self.names), len(model.feature_names)):
            raise StoreError(f"the self-check has rows of shape {self.rows.shape}, which is not that of the model")
        found = model.predict_proba(self.rows)
        off = ~np.isclose(found, self.probabilities, rtol=0.0, atol=TOLERANCE).all(axis=1)
        if off.any():
            first = int(np.argmax(off))
            raise StoreError(
                f"the self-check failed for {int(off.sum())} of {len(self.names)} fixtures: {self.names[first]} got "
                f"{_shown(found[first])}, expected {_shown(self.probabilities[first])}; train again"
            )

    def save(self, path: Path) -> None:
        """Write as JSON: NaN as null, other numbers so that they come back bit for bit."""
        document = {
            "fixtures": self.names,
            "rows": [[None if value != value else value for value in row] for row in self.rows.tolist()],
            "probabilities": self.probabilities.tolist(),
        }
        path.write_text(json.dumps(document, allow_nan=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what `save` wrote; None where there is nothing, as in bundles of earlier versions."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                tuple(str(name) for name in document["fixtures"]),
                np.array(document["rows"], dtype=np.float64),  # null becomes NaN
                np.array(document["probabilities"], dtype=np.float64).reshape(-1, 3),
            )
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise StoreError(f"{path}: the self-check cannot be read ({error}); train again") from error


def _shown(probabilities: Float) -> str:
    return " / ".join(f"{value:.9f}" for value in probabilities)
