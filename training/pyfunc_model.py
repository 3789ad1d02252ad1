"""The registered model as MLflow runs it: a script that needs NumPy, pandas and XGBoost, and nothing of this project.

MLflow stores this file with the model ("models from code") and runs it when the model is loaded, so that a notebook
without Awayday can use it; nothing imports it. It repeats `serving.model.OutcomeModel.predict_proba`, and a test holds
the two together.
"""

import json
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import xgboost as xgb
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from numpy.typing import NDArray

Float = NDArray[np.float64]

GOALS = np.arange(21)
LOG_FACTORIAL = np.concatenate([[0.0], np.cumsum(np.log(GOALS[1:]))])


class Outcome(PythonModel):
    """Features in, probabilities of home win, draw and away win after 90 minutes out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the model's files."""
        folder = Path(context.artifacts["model"])
        self.parts = json.loads((folder / "outcome_model.json").read_text(encoding="utf-8"))
        self.shift: xgb.Booster | None = None
        if self.parts["has_shift"]:
            self.shift = xgb.Booster()
            self.shift.load_model(folder / "shift.ubj")

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Columns p_home, p_draw, p_away on the input's index; NaN where expected goals are unknown."""
        home, away = self._expected_goals(model_input)
        scores = np.log(np.maximum(self._strength(home, away), 1e-12))
        if self.shift is not None:
            matrix = np.ascontiguousarray(model_input[self.parts["shift_features"]].to_numpy(np.float32))
            shift = np.asarray(self.shift.inplace_predict(matrix), dtype=np.float64)
            if "abroad" in model_input:
                shift *= np.where(model_input["abroad"] == 1.0, self.parts["abroad_share"], 1.0)
            scores += shift[:, None] * np.array([1.0, 0.0, -1.0])
        scores = self.parts["slope"] * scores + np.asarray(self.parts["intercept"])
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return pd.DataFrame(shares, columns=["p_home", "p_draw", "p_away"], index=model_input.index)

    def _expected_goals(self, table: pd.DataFrame) -> tuple[Float, Float]:
        """Expected goals of both sides, moved by ratings from earlier shots and odds where the model has weights."""

        def edge_and_total(prefix: str) -> tuple[Float, Float]:
            home, away = (
                np.log(table[f"{side}_{prefix}expected_goals"].to_numpy(np.float64)) for side in ("home", "away")
            )
            return 0.5 * (home - away), 0.5 * (home + away)

        edge, total = edge_and_total("")
        sources = {name for blend in self.parts["blends"] for name in blend["sources"]}
        edges = {name: edge_and_total(f"{name}_")[0] for name in sources}
        moved = edge.copy()
        for blend in self.parts["blends"]:
            rows = np.logical_and.reduce([np.isfinite(v) == (n in blend["sources"]) for n, v in edges.items()])
            moved[rows] = blend["own"] * edge[rows]
            for name, weight in zip(blend["sources"], blend["weights"], strict=True):
                moved[rows] += weight * (edges[name][rows] - edge[rows])
        return np.exp(total + moved), np.exp(total - moved)

    def _strength(self, home: Float, away: Float) -> Float:
        """Outcome probabilities of expected goals with the Dixon-Coles dependence, shape (n, 3)."""
        p, q = (np.exp(GOALS * np.log(rate)[:, None] - rate[:, None] - LOG_FACTORIAL) for rate in (home, away))
        grid = p[:, :, None] * q[:, None, :]
        rho = self.parts["rho"]
        grid[:, 0, 0] *= np.maximum(1.0 - home * away * rho, 0.0)
        grid[:, 0, 1] *= np.maximum(1.0 + home * rho, 0.0)
        grid[:, 1, 0] *= np.maximum(1.0 + away * rho, 0.0)
        grid[:, 1, 1] *= max(1.0 - rho, 0.0)
        won, drawn = np.tril(grid, -1).sum(axis=(1, 2)), np.trace(grid, axis1=1, axis2=2)
        lost = np.triu(grid, 1).sum(axis=(1, 2))
        outcomes = np.column_stack([won, drawn, lost])
        shares: Float = outcomes / outcomes.sum(axis=1, keepdims=True)
        return shares


mlflow.models.set_model(Outcome())
