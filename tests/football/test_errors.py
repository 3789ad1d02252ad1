"""Errors, as they come back from another process."""

import pickle
from pathlib import Path

import pytest

from football.errors import (
    AwaydayError,
    ClusterError,
    InvalidValueError,
    SourceError,
    StoreError,
    UnclearClubError,
    UnknownClubError,
)


@pytest.mark.parametrize(
    "error",
    [
        InvalidValueError("start", "never", "a day"),
        UnclearClubError("home", "City", "one club", ["eng-man-city", "eng-hull"]),
        UnknownClubError("home", "City", "one club", ()),
        SourceError(Path("matches.txt"), "no date", 3),
        SourceError("matches.txt", "empty"),
        StoreError("gone"),
        ClusterError("lost"),
    ],
)
def test_an_error_is_the_same_after_a_journey(error: AwaydayError) -> None:
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)
