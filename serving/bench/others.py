"""Other servers of the same model, where they are installed; they are given the features that ours computes."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from features.table import FEATURES
from serving.bench.servers import BenchError, Server, free_port, python, serve
from serving.bench.throwaway import environment, xgboost_like_ours
from serving.loading import load_predictor
from serving.request_schemas import PredictionRequest

EXPORT: Final = """
import sys
from pathlib import Path
import pandas as pd
from training.pyfunc_files import save_pyfunc
save_pyfunc(Path(sys.argv[1]), Path(sys.argv[2]), pd.read_json(sys.argv[3], orient="split", dtype="float64"))
"""
"""Run, not imported: training stands beside serving, and MLflow is not ours to need."""

TENSOR_MODEL: Final = """
from pathlib import Path

import mlflow
import numpy as np
import xgboost as xgb
from mlflow.pyfunc.model import PythonModel


class Trees(PythonModel):
    def load_context(self, context):
        self.booster = xgb.Booster()
        self.booster.load_model(Path(context.artifacts["model"]) / "shift.ubj")
        self.booster.set_param({"nthread": 1})

    def predict(self, context, model_input, params=None):
        return self.booster.inplace_predict(np.asarray(model_input, dtype=np.float32))


mlflow.models.set_model(Trees())
"""
EXPORT_TENSORS: Final = """
import sys
import numpy as np
from mlflow.models import ModelSignature
from mlflow.pyfunc import save_model
from mlflow.types import Schema, TensorSpec
inputs = Schema([TensorSpec(np.dtype("float64"), (-1, int(sys.argv[4])))])
outputs = Schema([TensorSpec(np.dtype("float32"), (-1,))])
save_model(path=sys.argv[1], python_model=sys.argv[3], artifacts={"model": sys.argv[2]}, pip_requirements=["mlflow"],
           signature=ModelSignature(inputs=inputs, outputs=outputs))
"""
"""MLflow's best case: the trees alone, which is less than our answer holds, fed one array."""

BENTO_SERVICE: Final = """
import json
from pathlib import Path

import bentoml
import numpy as np
import xgboost as xgb

BOOSTER = xgb.Booster()
BOOSTER.load_model(Path(__file__).with_name("shift.ubj"))
BOOSTER.set_param({"nthread": 1})


@bentoml.service(workers=1)
class Outcome:
    @bentoml.api
    def predict(self, rows: list[list[float | None]]) -> list[float]:
        return BOOSTER.inplace_predict(np.array(rows, dtype=np.float32)).tolist()
"""
"""The trees alone, which is less than our answer holds."""


@dataclass(frozen=True)
class Other:
    """A server to compare with: how to start it, and what to send."""

    name: str
    path: str
    body: bytes
    start: Callable[[], AbstractContextManager[Server]]


def available(home: Path, folder: Path, *, install: bool) -> list[Other]:
    """The servers that are installed, or may be for as long as this takes; the others are told of and left out."""
    predictor = load_predictor(home)
    model = predictor.model
    kickoff = max(datetime.now(UTC), predictor.data_cut) + timedelta(days=2)
    row = predictor.row(PredictionRequest(home="kaz-kairat", away="esp-real-madrid", kickoff=kickoff)).tolist()
    inputs = {name: row[FEATURES.index(name)] for name in model.feature_names}
    known = {name: None if value != value else value for name, value in inputs.items()}
    stored = folder / "model"
    stored.mkdir()
    model.save(stored)
    trees_row = [inputs[name] if inputs[name] == inputs[name] else 0.0 for name in model.shift_features]
    found: list[Other] = []
    if find_spec("mlflow") is None:
        print("MLflow is not installed: pip install 'awayday[training]'")
    else:
        found += _of_mlflow(folder, stored, known, trees_row)
    interpreter = _python_with_bentoml(folder, install=install)
    if interpreter is not None:
        (stored / "bento_service.py").write_text(BENTO_SERVICE, encoding="utf-8")
        body = json.dumps({"rows": [trees_row]}).encode()
        found.append(Other("BentoML, the trees alone", "/predict", body, partial(_bentoml, interpreter, stored, body)))
    return found


def _python_with_bentoml(folder: Path, *, install: bool) -> Path | None:
    if find_spec("bentoml") is not None:
        return Path(sys.executable)
    if not install:
        print("BentoML is not installed; without --no-install it is, in an environment that is gone afterwards")
        return None
    print("Installing BentoML in an environment that is gone afterwards (--no-install leaves it out)", flush=True)
    try:
        return environment(folder / "bentoml", ["bentoml", "numpy", xgboost_like_ours()])
    except BenchError as error:
        print(f"BentoML is not measured: {error}")
        return None


def _of_mlflow(
    folder: Path, stored: Path, known: Mapping[str, float | None], trees_row: Sequence[float]
) -> list[Other]:
    table = {"columns": list(known), "data": [list(known.values())]}
    (folder / "row.json").write_text(json.dumps({**table, "index": [0]}), encoding="utf-8")
    (folder / "tensor_model.py").write_text(TENSOR_MODEL, encoding="utf-8")
    frame_model, tensor_model = folder / "frame", folder / "tensor"
    _run(EXPORT, frame_model, stored, folder / "row.json")
    _run(EXPORT_TENSORS, tensor_model, stored, folder / "tensor_model.py", len(trees_row))
    frame, tensors = json.dumps({"dataframe_split": table}).encode(), json.dumps({"inputs": [trees_row]}).encode()
    return [
        Other("mlflow models serve, a DataFrame", "/invocations", frame, partial(_mlflow, frame_model, frame)),
        Other("mlflow models serve, tensors", "/invocations", tensors, partial(_mlflow, tensor_model, tensors)),
    ]


def _run(script: str, *arguments: object) -> None:
    command = python("-W", "ignore", "-c", script, *map(str, arguments))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the model cannot be written for MLflow: {done.stderr.strip().splitlines()[-1]}")


def _mlflow(model: Path, body: bytes) -> AbstractContextManager[Server]:
    port = free_port()
    command = python("-W", "ignore", "-m", "mlflow", "models", "serve", "-m", str(model), "-p", str(port))
    return serve("mlflow", [*command, "--env-manager", "local", "--workers", "1"], "/invocations", body, port=port)


def _bentoml(interpreter: Path, folder: Path, body: bytes) -> AbstractContextManager[Server]:
    port = free_port()
    command = [str(interpreter), "-m", "bentoml", "serve", "bento_service:Outcome", "--port", str(port)]
    # It keeps what it serves under its home, and would else tell its makers of its use.
    variables = {"BENTOML_HOME": str(folder / "bentoml-home"), "BENTOML_DO_NOT_TRACK": "True", "PYTHONPATH": ""}
    return serve(
        "bentoml", [*command, "--working-dir", str(folder)], "/predict", body, environment=variables, port=port
    )
