"""Holds a running application to its own description: every phase of Schemathesis, the same cases every time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from schemathesis.engine import Status, events, from_schema
from schemathesis.schemas import BaseSchema

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


@dataclass
class Findings:
    """What a run found: breaches in words, how many cases, and the phases that ran."""

    breaches: list[str] = field(default_factory=list)
    cases: int = 0
    phases: set[str] = field(default_factory=set)
    operations: set[str] = field(default_factory=set)


def config(examples: int, token: str) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": 20260201,
            "workers": 1,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none", "no-shrink": True},
            # A name that fits its schema may yet be no club's, and a moment lie before the data.
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409", "422"]}},
        }
    )


def examine(schema: BaseSchema) -> Findings:
    """Run all phases against the application that the schema was loaded from."""
    findings = Findings()
    for event in from_schema(schema).execute():
        match event:
            case events.PhaseFinished() if event.status is not Status.SKIP:
                findings.phases.add(event.phase.name.value.lower())
            case events.ScenarioFinished():
                findings.cases += len(event.recorder.cases)
                findings.operations |= {node.value.operation.label for node in event.recorder.cases.values()}
                findings.breaches += _failures(event)
            case events.NonFatalError():
                findings.breaches.append(f"{event.label}: {event.value!r}")
            case events.FatalError():
                raise event.exception
    return findings


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                yield f"{event.label}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
