"""The answer to a grid of scenarios."""

from collections.abc import Sequence
from datetime import datetime

from serving.chances import CHANCES
from serving.compact_schemas import CompactChances, OutcomePoints
from serving.grid_schemas import GridAnswer, GridCell, Sweep
from serving.model_schemas import ModelName
from serving.question import Question
from serving.scenarios import Outlook, cells_of, compact


def grid_answer(
    question: Question, sweeps: Sequence[Sweep], outlook: Outlook, data_cut: datetime, model: ModelName
) -> GridAnswer:
    """The outlook of a fixture under sweeps, as it is answered."""
    rows = zip(*outlook.changed.columns(), strict=True)
    return GridAnswer(
        home_id=question.home.id,
        away_id=question.away.id,
        competition_id=None if question.competition is None else question.competition.id,
        kickoff=question.kickoff,
        as_of=question.as_of,
        original=CompactChances.model_validate(compact(outlook.original)),
        baseline=CompactChances.model_validate(compact(outlook.baseline)),
        variables=[sweep.variable for sweep in sweeps],
        cells=[
            GridCell.model_validate(
                {
                    **dict(zip(CHANCES, chances, strict=True)),
                    "values": values,
                    "difference": OutcomePoints.model_validate(outlook.difference(cell)),
                }
            )
            for cell, (values, chances) in enumerate(zip(cells_of(sweeps).tolist(), rows, strict=True))
        ],
        notes=outlook.notes,
        data_cut=data_cut,
        model=model,
    )
