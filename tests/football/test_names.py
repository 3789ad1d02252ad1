"""Name folding: what counts as the same text, and what is dropped beyond that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.names import core, fold, fold_spelled_out, is_reserve_name, slug, split_country_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FC Bayern München", "fc bayern munchen"),
        ("Qarabağ Ağdam FK", "qarabag agdam fk"),
        ("Qaırat", "qairat"),
        ("FK Bodø/Glimt", "fk bodo glimt"),
        ("Śląsk Wrocław", "slask wroclaw"),
        ("Víkingur Gøta", "vikingur gota"),
        ("Breiðablik", "breidablik"),
        ("Nott'm Forest", "nottm forest"),
        ("A.E.K. Athen", "aek athen"),
        ("Brighton & Hove Albion", "brighton and hove albion"),
        ("  Real   MADRID ", "real madrid"),
        ("İstanbul Başakşehir", "istanbul basaksehir"),
        ("!?", ""),
    ],
)
def test_accents_case_and_punctuation_are_folded(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_umlauts_can_be_spelled_out() -> None:
    assert fold_spelled_out("Bayern München") == "bayern muenchen"
    assert fold_spelled_out("Malmö FF") == "malmoe ff"
    assert fold_spelled_out("Arsenal") == "arsenal"


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("fc bayern munchen", "bayern munchen"),
        ("real madrid cf", "real madrid"),
        ("1 fc koln", "koln"),
        ("fc bayern munchen ii", "bayern munchen ii"),
        ("fc", "fc"),
    ],
)
def test_core_drops_words_for_club_but_never_everything(folded: str, expected: str) -> None:
    assert core(folded) == expected


@pytest.mark.parametrize("name", ["Bayern München II", "Barcelona B", "Jong Ajax", "Barcelona Femenino", "Chelsea U21"])
def test_other_teams_of_a_club_are_told_by_their_name(name: str) -> None:
    assert is_reserve_name(fold(name))


@pytest.mark.parametrize("name", ["Bayern München", "Barcelona", "Ajax", "Boca Juniors"])
def test_first_teams_are_not_taken_for_reserves(name: str) -> None:
    assert not is_reserve_name(fold(name))


def test_a_trailing_country_code_is_split_off() -> None:
    assert split_country_code("FK Kairat (KAZ)") == ("FK Kairat", "kaz")
    assert split_country_code("FK Kairat") == ("FK Kairat", None)
    assert split_country_code("Fulham (London)") == ("Fulham (London)", None)


def test_slug_is_ascii_words_joined_by_hyphens() -> None:
    assert slug("Bayern München") == "bayern-munchen"
    assert slug("Brighton & Hove Albion") == "brighton-and-hove-albion"


@given(st.text(max_size=40))
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_folding_leaves_no_case_and_no_double_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == folded.strip()
    assert "  " not in folded
    assert folded == folded.casefold()  # Cherokee's folded letters are its capitals


@given(st.text(max_size=40))
def test_core_is_idempotent_on_folded_text(text: str) -> None:
    folded = fold(text)
    assert core(core(folded)) == core(folded)
