"""The generated parts of the documentation: up to date, complete, and told from what the code says."""

from pathlib import Path

import pytest

from awayday.service_settings import VARIABLES
from features.descriptions import describe
from features.table import FEATURES
from football.errors import InvalidValueError
from scripts import documents
from scripts.documents import data_dictionary, main, settings_table, with_generated


def test_every_generated_page_is_up_to_date() -> None:
    stale = [str(path) for path, page in documents.documents().items() if path.read_text(encoding="utf-8") != page]

    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("column", FEATURES)
def test_every_feature_has_a_sentence(column: str) -> None:
    sentence = describe(column)

    assert sentence[0].isupper() or sentence[0].isdecimal()
    assert sentence.endswith(".")
    assert f"| `{column}` |" in data_dictionary()


def test_sentences_of_form_say_what_is_counted_and_where() -> None:
    assert describe("home_venue_goals_against_last_5") == (
        "Home side: Mean goals conceded of the last 5 known results, home matches alone."
    )
    assert describe("away_points_weighted") == (
        "Away side: Mean points of the last 40 known results, halved every four matches."
    )


@pytest.mark.parametrize("column", ["rest_days", "home_", "home_luck", "home_venue_score_surplus_last_6"])
def test_a_column_that_is_no_feature_has_none(column: str) -> None:
    with pytest.raises(InvalidValueError, match=f"column: got '{column}', expected a feature"):
        describe(column)


def test_the_dictionary_tells_values_directions_and_nulls() -> None:
    page = data_dictionary()

    assert "| `status` | text: out, doubtful, suspended, available |  |" in page
    assert "| `home_goals` | Int16 | may be |" in page
    assert "| `home_rest_days_capped` | +1 |  | Home side: Rest days, at most 7" in page
    assert "| `away_rest_days_capped` | −1 |  |" in page
    assert "| `home_rest_days` |  | yes |" in page


def test_the_settings_are_told_with_their_defaults() -> None:
    table = settings_table()

    assert all(f"| `{variable.name}` |" in table for variable in VARIABLES)
    assert "| `AWAYDAY_PORT` | its port; 0 takes a free one | 8000 |" in table
    assert "| `AWAYDAY_MAX_BODY_BYTES` | longest body of a request | 65,536 |" in table
    assert "| `AWAYDAY_TOKEN` |" in table


def test_a_table_inside_of_a_page_is_replaced_and_the_rest_stays() -> None:
    page = "# Page\n<!-- generated: exit-codes -->\nold\n<!-- end -->\nText.\n"

    found = with_generated(page)

    assert found.startswith("# Page\n<!-- generated: exit-codes -->\n| code | meaning |\n")
    assert found.endswith("|\n<!-- end -->\nText.\n")
    assert "old" not in found
    assert with_generated(found) == found


def test_the_check_fails_where_a_page_is_stale_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(documents, "documents", lambda: {page: "new\n"})
    page.write_text("old\n", encoding="utf-8")

    assert main(["--check"]) == 1
    assert "page.md: is not up to date; run `make docs`" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "old\n"
    assert main([]) == 0
    assert page.read_text(encoding="utf-8") == "new\n"
    assert main(["--check"]) == 0
