"""JSON cast in a mould: the bytes that laying it out anew would give."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.mould import Mould

NUMBERS = st.one_of(
    st.floats(),
    st.integers(-(2**53), 2**53),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
)
TEXTS = st.one_of(st.none(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.floats(allow_nan=False)))


def document(numbers: Sequence[Any], texts: Sequence[Any]) -> dict[str, object]:
    """Values in another order than given, with constants of every kind between them."""
    return {
        "a, b": texts[1],
        "%s #0#": [numbers[2], {"line": 0.5, "deep": numbers[0]}],
        "cut": date(2026, 2, 1),
        "empty": {},
        'quote "': texts[0],
        "last": numbers[1],
    }


@given(st.lists(NUMBERS, min_size=3, max_size=3), st.lists(TEXTS, min_size=2, max_size=2))
def test_a_filled_mould_is_the_document(numbers: list[Any], texts: list[Any]) -> None:
    written = Mould.of(document, 3, 2).fill(numbers, [orjson.dumps(text) for text in texts])
    assert written == orjson.dumps(document(numbers, texts), option=orjson.OPT_UTC_Z)


def test_the_unknown_is_null_and_moments_are_utc() -> None:
    moment = datetime(2026, 2, 1, 20, 0, tzinfo=UTC)
    written = json.loads(Mould.of(document, 3, 2).fill([math.nan, moment, 7], [b'"x"', b"{}"]))
    assert written == {
        "a, b": {},
        "%s #0#": [7, {"line": 0.5, "deep": None}],
        "cut": "2026-02-01",
        "empty": {},
        'quote "': "x",
        "last": "2026-02-01T20:00:00Z",
    }


def test_a_document_that_forgets_a_value_has_no_mould() -> None:
    with pytest.raises(AssertionError, match="every value stands in the document once"):
        Mould.of(lambda numbers, texts: [numbers[0], texts[0]], 2, 1)
