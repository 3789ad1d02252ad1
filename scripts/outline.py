"""The map's outline: Natural Earth's land at 1:110 million, made small enough for a page.

    python -m scripts.outline ne_110m_land.geojson serving/web/land.json

Natural Earth (naturalearthdata.com) is in the public domain. Points are kept to a tenth of a degree, those that a line
within `TOLERANCE` of them can do without are left out (Douglas and Peucker 1973), and so are specks and Antarctica.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]

TOLERANCE: Final = 0.2
"""Degrees by which the outline may be off."""

SMALLEST: Final = 1.0
"""Square degrees of the smallest island kept."""

SOUTHERNMOST: Final = -57.0
SOURCE: Final = "Natural Earth, 1:110m land; public domain"


def main() -> None:
    """Read a GeoJSON file, write the page's."""
    parser = argparse.ArgumentParser(prog="python -m scripts.outline")
    parser.add_argument("land", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    land = json.loads(chosen.land.read_text(encoding="utf-8"))
    chosen.out.write_text(json.dumps({"source": SOURCE, "path": path_of(rings(land))}) + "\n", encoding="utf-8")


def rings(land: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[list[Point]]:
    """The rings, longitude and latitude in degrees, of a FeatureCollection of Polygons and MultiPolygons."""
    for feature in land["features"]:
        geometry = feature["geometry"]
        given = geometry["coordinates"]
        for polygon in given if geometry["type"] == "MultiPolygon" else [given]:
            for ring in polygon:
                yield unwrapped([(float(x), float(y)) for x, y, *_ in ring])


def unwrapped(ring: Sequence[Point]) -> list[Point]:
    """A ring whose longitudes run on past 180 degrees where it crosses the meridian there, its middle within them."""
    points = [ring[0]]
    for x, y in ring[1:]:
        points.append((x - 360 * round((x - points[-1][0]) / 360), y))
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    turns = round((west + east) / 2 / 360)
    return [(x - 360 * turns, y) for x, y in points]


def path_of(found: Iterator[list[Point]]) -> str:
    """SVG path data in tenths of a degree, y to the south; each ring an absolute start and relative steps."""
    parts: list[str] = []
    for ring in found:
        if area(ring) < SMALLEST or max(y for _, y in ring) < SOUTHERNMOST:
            continue
        points = [(round(10 * x), round(-10 * y)) for x, y in simplified(ring[:-1] + ring[:1], TOLERANCE)]
        (x, y), steps = points[0], []
        for after_x, after_y in points[1:-1]:
            steps.append(f"{after_x - x},{after_y - y}")
            x, y = after_x, after_y
        parts.append(f"M{points[0][0]},{points[0][1]}l{' '.join(steps).replace(',-', '-').replace(' -', '-')}z")
    return "".join(parts)


def area(ring: Sequence[Point]) -> float:
    """Of a closed ring, in square degrees."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x * after_y - after_x * y for (x, y), (after_x, after_y) in pairs)) / 2


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """The line's ends and as many points between as keep it within `tolerance` of each."""
    (x, y), (end_x, end_y) = line[0], line[-1]
    along_x, along_y = end_x - x, end_y - y
    length = (along_x**2 + along_y**2) ** 0.5
    furthest, distance = 0, 0.0
    for i, (px, py) in enumerate(line):
        if length:
            off = abs(along_x * (py - y) - along_y * (px - x)) / length
        else:
            off = ((px - x) ** 2 + (py - y) ** 2) ** 0.5
        if off > distance:
            furthest, distance = i, off
    if distance <= tolerance:
        return [line[0], line[-1]]
    return simplified(line[: furthest + 1], tolerance)[:-1] + simplified(line[furthest:], tolerance)


if __name__ == "__main__":
    main()
