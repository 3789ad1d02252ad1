"""Looking places up in a few lines of GeoNames."""

from pathlib import Path

import pytest

from scripts.geonames import Gazetteer, kilometres


def _line(name: str, others: str, at: tuple[float, float], country: str, region: str, people: int, dem: int) -> str:
    latitude, longitude = at
    row = ["1", name, name, others, str(latitude), str(longitude), "P", "PPL", country, "", region, "", "", ""]
    return "\t".join([*row, str(people), "", str(dem), "Europe/Test", "2026-01-01"])


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    file = tmp_path / "cities500.txt"
    file.write_text(
        "\n".join(
            [
                _line("Juárez", "", (25.0, -100.0), "MX", "15", 7_000, 500),
                _line("Ciudad Juárez", "Juárez,Juarez", (31.7, -106.5), "MX", "06", 1_500_000, 1124),
                _line("Newport", "", (51.58, -2.99), "GB", "WLS", 150_000, 10),
                _line("Newport", "", (50.70, -1.29), "GB", "ENG", 24_000, 15),
                _line("Köln", "Cologne", (50.93, 6.95), "DE", "07", 960_000, 58),
                _line("Berg", "", (48.0, 9.0), "DE", "01", 3_000, 400),
                _line("Berg", "", (49.3, 11.4), "DE", "02", 2_500, 420),
                _line("Highbury", "", (51.55, -0.10), "GB", "ENG", 26_000, 38),
                _line("London", "", (51.51, -0.13), "GB", "ENG", 8_900_000, -9999),
            ]
        ),
        "utf-8",
    )
    return Gazetteer.read(file)


def test_a_much_larger_place_is_meant_by_its_other_name(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("Juárez", "mex")
    assert found is not None
    assert found.name == "Ciudad Juárez"


def test_a_region_can_be_asked_for(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("Juárez/15", "mex")
    assert found is not None
    assert found.population == 7_000


@pytest.mark.parametrize(("country", "latitude"), [("eng", 50.70), ("wal", 51.58)])
def test_the_parts_of_the_united_kingdom_are_countries(gazetteer: Gazetteer, country: str, latitude: float) -> None:
    found = gazetteer.find("Newport", country)
    assert found is not None
    assert found.latitude == latitude


def test_accents_other_names_and_spelled_out_letters_find_a_place(gazetteer: Gazetteer) -> None:
    assert {gazetteer.find(name, "ger") for name in ("KÖLN", "koln", "Koeln", "Cologne")} == {
        gazetteer.find("Köln", "ger")
    }
    assert gazetteer.find("Köln", "aut") is None


def test_a_name_that_may_mean_two_like_places_is_not_trusted_alone(gazetteer: Gazetteer) -> None:
    assert gazetteer.find_only("Berg", "ger") is None
    assert gazetteer.find_only("Köln", "ger") is not None


def test_a_district_is_looked_for_near_its_city(gazetteer: Gazetteer) -> None:
    london, koln = gazetteer.find("London", "eng"), gazetteer.find("Köln", "ger")
    district = gazetteer.find("Highbury", "eng", near=london)
    assert district is not None
    assert london is not None
    assert kilometres(district, london) == pytest.approx(4.9, abs=0.2)
    assert gazetteer.find("Highbury", "eng", near=koln) is None


def test_an_unknown_elevation_stays_unknown(gazetteer: Gazetteer) -> None:
    london = gazetteer.find("London", "eng")
    assert london is not None
    assert london.elevation_m is None


def test_a_point_takes_the_elevation_of_a_near_place_only(gazetteer: Gazetteer) -> None:
    near = gazetteer.nearest(50.94, 6.96, "ger")
    far = gazetteer.nearest(50.70, 6.96, "ger")
    assert (near.latitude, near.elevation_m, near.time_zone) == (50.94, 58, "Europe/Test")
    assert (far.name, far.latitude, far.elevation_m) == ("Köln", 50.70, None)
