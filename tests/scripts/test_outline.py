"""The map's outline, made small."""

from scripts.outline import area, path_of, rings, simplified, unwrapped

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]


def test_points_that_a_line_can_do_without_are_left_out() -> None:
    assert simplified([(0.0, 0.0), (5.0, 0.1), (10.0, 0.0)], 0.2) == [(0.0, 0.0), (10.0, 0.0)]
    assert simplified([(0.0, 0.0), (5.0, 0.3), (10.0, 0.0)], 0.2) == [(0.0, 0.0), (5.0, 0.3), (10.0, 0.0)]


def test_a_ring_becomes_a_start_and_steps_in_tenths_of_a_degree_south_down() -> None:
    assert path_of(iter([SQUARE])) == "M0,0l100,0 0-100-100,0z"


def test_specks_and_the_antarctic_are_left_out() -> None:
    speck = [(x / 20, y / 20) for x, y in SQUARE]
    south = [(x, y - 80.0) for x, y in SQUARE]
    assert area(SQUARE) == 100.0
    assert path_of(iter([speck, south])) == ""


def test_polygons_of_either_kind_are_read() -> None:
    ring = [list(point) for point in SQUARE]
    land: dict[str, list[dict[str, dict[str, object]]]] = {
        "features": [
            {"geometry": {"type": "Polygon", "coordinates": [ring]}},
            {"geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring, ring]]}},
        ]
    }
    assert list(rings(land)) == [SQUARE] * 4


def test_a_ring_across_the_180th_meridian_runs_on_past_it() -> None:
    assert unwrapped([(170.0, 60.0), (-175.0, 62.0), (175.0, 64.0)]) == [(170.0, 60.0), (185.0, 62.0), (175.0, 64.0)]
    west = [(-175.0, 62.0), (100.0, 60.0), (90.0, 64.0)]
    assert unwrapped(west) == [(185.0, 62.0), (100.0, 60.0), (90.0, 64.0)]
