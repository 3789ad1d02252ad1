"""The club list's format, on a hand-written example."""

from scripts.club_list import parse_club_list, without_lifetime

_LIST = """
====================
=  England

Arsenal FC, 1886, @ Emirates Stadium, London (Highbury)   ## Greater London
  | Arsenal | FC Arsenal [de]
  | Woolwich Arsenal FC  # old name before season 1914/5
 Drayton Park // London
Accrington FC (1878-1896),   Accrington › Lancashire
ii) Arsenal FC II
SV $Josko$ Ried
# a remark
"""


def test_a_club_has_its_names_stadium_city_and_district() -> None:
    arsenal = parse_club_list(_LIST, "eng")[0]
    assert arsenal.names == ["Arsenal FC", "Arsenal", "FC Arsenal", "Woolwich Arsenal FC"]
    assert (arsenal.country, arsenal.stadium) == ("eng", "Emirates Stadium")
    assert (arsenal.city, arsenal.district) == ("London", "Highbury")


def test_headings_addresses_and_remarks_are_no_clubs() -> None:
    assert [club.names[0] for club in parse_club_list(_LIST, "eng")] == [
        "Arsenal FC",
        "Accrington FC (1878-1896)",
        "Arsenal FC II",
        "SV Josko Ried",
    ]


def test_reserve_teams_are_told_apart() -> None:
    assert [club.reserves for club in parse_club_list(_LIST, "eng")] == [False, False, True, False]


def test_a_region_is_not_part_of_the_city() -> None:
    assert parse_club_list(_LIST, "eng")[1].city == "Accrington"


def test_a_lifetime_is_not_part_of_the_name() -> None:
    assert without_lifetime("Accrington FC (1878-1896)") == "Accrington FC"
    assert without_lifetime("Salisbury FC (2015-)") == "Salisbury FC"
    assert without_lifetime("SC Bern (Frauen)") == "SC Bern (Frauen)"
