"""The registered model as files: what MLflow needs to load it and to check its input."""

from importlib.metadata import version as installed
from pathlib import Path
from typing import Final

import pandas as pd

PROBABILITIES: Final = ("p_home", "p_draw", "p_away")
MODEL_SCRIPT: Final = Path(__file__).with_name("pyfunc_model.py")
MODEL_PACKAGES: Final = ("numpy", "pandas", "xgboost-cpu")


def save_pyfunc(folder: Path, model: Path, example: pd.DataFrame, described: object = None) -> None:
    """Write the MLflow model: our script, the model's native files, signature, example and requirements.

    Args:
        folder: to be created.
        model: folder that `OutcomeModel.save` wrote.
        example: a few rows of features, columns in the model's order.
        described: an `mlflow.models.Model` to fill in, or None.
    """
    from mlflow.models import ModelSignature
    from mlflow.pyfunc import save_model
    from mlflow.types import ColSpec, Schema

    save_model(
        path=str(folder),
        python_model=str(MODEL_SCRIPT),
        artifacts={"model": str(model)},
        signature=ModelSignature(
            inputs=Schema([ColSpec("double", name) for name in example.columns]),
            outputs=Schema([ColSpec("double", name) for name in PROBABILITIES]),
        ),
        input_example=example,
        # Given, not inferred: inference loads the model in a process of its own and takes seconds.
        pip_requirements=[f"{name}=={installed(name)}" for name in ("mlflow", *MODEL_PACKAGES)],
        mlflow_model=described,
    )
