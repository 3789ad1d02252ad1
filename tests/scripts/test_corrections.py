"""Corrections by hand: grouping, taking apart, adding."""

from pathlib import Path

import pytest

from scripts.club_groups import Groups
from scripts.corrections import Correction, added_names, apply_corrections, read_corrections

_HEAD = "id,names,name,city,latitude,longitude,elevation_m,stadium,plays_abroad,aliases\n"


def _groups(*joined: tuple[str, ...]) -> Groups:
    groups = Groups([key for keys in joined for key in keys], lambda first, second: False)
    for first, *others in joined:
        for other in others:
            groups.join(first, other)
    return groups


def test_names_are_of_the_ids_country_unless_they_say_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "corrections.csv"
    file.write_text(_HEAD + "can-toronto,usa:Toronto FC|Toronto|!can:TFC|+Torontonians,Toronto FC,,,,,,,TFC\n", "utf-8")
    (correction,) = read_corrections(file)
    assert correction.names == ["usa|Toronto FC", "can|Toronto", "!can|TFC", "+can|Torontonians"]
    assert (correction.id, correction.name, correction.aliases) == ("can-toronto", "Toronto FC", "TFC")
    assert added_names([correction]) == ["can|Torontonians"]


def test_named_groups_become_one_club() -> None:
    groups = _groups(("eng|Cardiff",), ("eng|Cardiff City", "eng|Cardiff City FC"))
    correction = Correction("eng-cardiff-city", ["eng|Cardiff City", "eng|Cardiff"])
    of_name = apply_corrections(groups, [correction])
    assert groups.all() == [{"eng|Cardiff", "eng|Cardiff City", "eng|Cardiff City FC"}]
    assert of_name == dict.fromkeys(groups.all()[0], correction)


def test_a_name_with_an_exclamation_mark_leaves_its_group() -> None:
    groups = _groups(("eng|AFC Wimbledon", "eng|Wimbledon FC"))
    apply_corrections(groups, [Correction("eng-wimbledon", ["!eng|Wimbledon FC"])])
    assert groups.all() == [{"eng|AFC Wimbledon"}, {"eng|Wimbledon FC"}]


def test_a_name_that_no_source_has_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"eng\|Nowhere Town"):
        apply_corrections(_groups(("eng|A",)), [Correction("eng-a", ["eng|Nowhere Town"])])


def test_clubs_that_met_cannot_be_joined() -> None:
    groups = Groups(["eng|A", "eng|B"], lambda first, second: True)
    with pytest.raises(SystemExit, match=r"eng-a: .* are two clubs"):
        apply_corrections(groups, [Correction("eng-a", ["eng|A", "eng|B"])])
