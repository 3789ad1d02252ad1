"""Work in parts: in which order, with which results, and where it is done."""

import os
from collections.abc import Iterator

import pytest

from football.errors import InvalidValueError
from training.compute import HERE, Compute


def added(data: int, item: int) -> int:
    return data + item


def where(data: None, item: int) -> int:
    return os.getpid()


def test_each_item_is_done_with_the_data_and_told_of() -> None:
    told: list[int] = []
    assert HERE.publish(100).results(added, [3, 1, 2], told.append) == [103, 101, 102]
    assert told == [1, 2, 3]
    assert list(HERE.publish(1).run(added, [])) == []


def test_an_item_is_taken_when_there_is_somebody_to_do_it() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(5):
            taken.append(item)
            yield item

    run = HERE.publish(0).run(added, items())
    assert next(run) == (0, 0)
    assert taken == [0]


def test_what_is_not_worth_processes_stays_in_this_one() -> None:
    with Compute("local", 2).connect() as workers:
        assert workers.publish(None, worth=False).results(where, range(3)) == [os.getpid()] * 3


def test_one_process_is_this_one() -> None:
    with Compute("local", 1).connect() as workers:
        assert workers.publish(None).results(where, range(2)) == [os.getpid()] * 2


@pytest.mark.parametrize("text", ["", "somewhere", "tcp://", "tcp://host", "10.0.0.5:8786", "Local"])
def test_a_scheduler_is_local_none_or_an_address(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"scheduler: got '.*', expected local, none or the address of a Dask"):
        Compute(text)


def test_processes_are_counted_from_one_and_of_this_machine_only() -> None:
    with pytest.raises(InvalidValueError, match="workers: got 0, expected 1 or more"):
        Compute("local", 0)
    with pytest.raises(InvalidValueError, match="workers: got 2, expected nothing: it is for --scheduler local"):
        Compute("tcp://10.0.0.5:8786", 2)
