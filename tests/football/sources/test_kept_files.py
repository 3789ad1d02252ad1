"""What files said is kept, and is the same as reading them."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from football.errors import SourceError
from football.sources.kept_files import MOST_SEGMENTS, FilePart, FileTables, KeptFiles, kept_in, makers

Texts = dict[str, str]


def part(name: str, text: str) -> FilePart:
    """A row a word; every second word also in another table."""
    words = text.split()
    tables = {
        "words": pa.table({"file": pa.array([name] * len(words), pa.large_string()), "word": _texts(words)}),
        "some": pa.table({"word": _texts(words[::2])}),
    }
    return FilePart(tables, {"words": len(words), "first": words[:1]})


def _texts(words: list[str]) -> pa.Array:
    return pa.array(words, pa.large_string())


def read(kept: KeptFiles, texts: Texts) -> list[object]:
    """Everything that the files say, by `kept`."""
    reader = [kept.told(name, text.encode(), lambda n=name, t=text: part(n, t)) for name, text in texts.items()]  # type: ignore[misc]
    tables = [kept.now.frame(name, part("", "").tables[name]).to_dict("list") for name in ("words", "some")]
    kept.keep()
    return [reader, tables, kept.now.rows("words"), kept.now.rows("some")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "parsed" / "source"


TEXTS = {"a.txt": "one two three", "b.txt": "", "c.txt": "four five", "d.txt": "six"}


def test_the_same_files_are_read_once_and_say_the_same(folder: Path) -> None:
    first = KeptFiles(folder, b"1")
    expected = read(first, TEXTS)
    assert expected[1] == [
        {"file": ["a.txt"] * 3 + ["c.txt"] * 2 + ["d.txt"], "word": ["one", "two", "three", "four", "five", "six"]},
        {"word": ["one", "three", "four", "six"]},
    ]
    second = KeptFiles(folder, b"1")
    assert read(second, TEXTS) == expected
    assert (first.read_anew, second.read_anew) == (4, 0)
    assert first.content == second.content


@pytest.mark.parametrize("changed", [{"c.txt": "four six"}, {"b.txt": "five"}, {"e.txt": "seven"}])
def test_what_changed_is_read_and_nothing_else(folder: Path, changed: Texts) -> None:
    before = KeptFiles(folder, b"1")
    read(before, TEXTS)
    kept = KeptFiles(folder, b"1")
    assert read(kept, TEXTS | changed) == read(KeptFiles(), TEXTS | changed)
    assert kept.read_anew == 1
    assert kept.content != before.content


def test_the_same_content_under_another_name_is_another_file(folder: Path) -> None:
    read(KeptFiles(folder, b"1"), {"a.txt": "one"})
    kept = KeptFiles(folder, b"1")
    assert read(kept, {"b.txt": "one"}) == read(KeptFiles(), {"b.txt": "one"})
    assert kept.read_anew == 1


def test_other_makers_read_everything(folder: Path) -> None:
    read(KeptFiles(folder, b"1"), TEXTS)
    kept = KeptFiles(folder, b"2")
    read(kept, TEXTS)
    assert kept.read_anew == 4


texts = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "one", "one two", "three four five"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(texts, min_size=1, max_size=6))
def test_after_any_changes_it_is_as_if_all_were_read(
    tmp_path_factory: pytest.TempPathFactory, syncs: list[Texts]
) -> None:
    folder = tmp_path_factory.mktemp("kept") / "source"
    for files in syncs:
        assert read(KeptFiles(folder, b"1"), files) == read(KeptFiles(), files)


def test_what_is_new_is_added_and_after_many_syncs_all_is_in_one_again(folder: Path) -> None:
    texts = TEXTS | {"a.txt": "one " * 200}
    read(KeptFiles(folder, b"1"), texts)
    first = one(folder, "words")
    files, written = [], first.stat().st_mtime_ns
    for number in range(MOST_SEGMENTS + 1):
        texts |= {"d.txt": f"day {number}"}
        read(KeptFiles(folder, b"1"), texts)
        files.append(len([*folder.glob("*.words.arrow")]))
        if number < MOST_SEGMENTS - 1:
            assert first.stat().st_mtime_ns == written
    assert (files[0], max(files), files[MOST_SEGMENTS - 1]) == (2, MOST_SEGMENTS, 1)
    assert read(KeptFiles(folder, b"1"), texts) == read(KeptFiles(), texts)
    assert not [*folder.glob(".writing-*")]


def test_where_half_of_it_is_no_longer_said_all_is_written_in_one(folder: Path) -> None:
    texts = {"a.txt": "one two three four", "b.txt": "five six"}
    read(KeptFiles(folder, b"1"), texts)
    segments = []
    for word in ("seven", "eight"):
        texts["a.txt"] = texts["a.txt"].replace("four", word).replace("seven", word)
        read(KeptFiles(folder, b"1"), texts)
        segments.append(len([*folder.glob("*.words.arrow")]))
    # The first time 2 of 6 kept words are still said: all is written anew; the second time 2 of 6 again.
    assert segments == [1, 1]
    texts["b.txt"] = "nine"
    read(KeptFiles(folder, b"1"), texts)
    assert len([*folder.glob("*.words.arrow")]) == 2
    assert read(KeptFiles(folder, b"1"), texts) == read(KeptFiles(), texts)


def test_the_files_of_last_time_are_told_beside_those_of_now(folder: Path) -> None:
    read(KeptFiles(folder, b"1"), TEXTS)
    kept = KeptFiles(folder, b"1")
    content = kept.content_before
    read(kept, {"a.txt": TEXTS["a.txt"], "c.txt": "four six", "e.txt": "seven"})

    def words(files: FileTables) -> list[str]:
        return files.frame("words")["word"].to_list()

    assert words(kept.before.without(kept.now)) == ["four", "five", "six"]
    assert words(kept.now.without(kept.before)) == ["four", "six", "seven"]
    assert content == kept.content_before != kept.content
    assert KeptFiles(folder, b"1").content_before == kept.content
    assert KeptFiles(folder.parent / "other", b"1").content_before == KeptFiles().content_before == ""


def test_what_is_gone_is_forgotten(folder: Path) -> None:
    read(KeptFiles(folder, b"1"), TEXTS)
    read(KeptFiles(folder, b"1"), {"a.txt": TEXTS["a.txt"]})
    kept = KeptFiles(folder, b"1")
    read(kept, TEXTS)
    assert kept.read_anew == 3


def damaged(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return damage


def one(folder: Path, table: str) -> Path:
    (path,) = folder.glob(f"*.{table}.arrow")
    return path


@pytest.mark.parametrize(
    "damage",
    [
        damaged("index.json", b""),
        damaged("index.json", b"[]"),
        damaged("index.json", b'{"tables": ["words"], "parts": {"x": {"rows": {}, "told": 1}}}'),
        lambda folder: one(folder, "words").write_bytes(b"no arrow"),
        lambda folder: one(folder, "words").write_bytes(b""),
        lambda folder: one(folder, "some").unlink(),
        lambda folder: one(folder, "words").write_bytes(one(folder, "some").read_bytes()),
    ],
)
def test_what_is_damaged_is_read_anew_and_mended(folder: Path, damage: Callable[[Path], None]) -> None:
    expected = read(KeptFiles(folder, b"1"), TEXTS)
    damage(folder)
    kept = KeptFiles(folder, b"1")
    assert read(kept, TEXTS) == expected
    assert kept.read_anew == 4
    assert read(again := KeptFiles(folder, b"1"), TEXTS) == expected
    assert again.read_anew == 0


def test_a_file_that_cannot_be_read_has_no_part(folder: Path) -> None:
    def refuse() -> FilePart:
        raise SourceError("a.txt", "holds nothing")

    for _ in range(2):
        kept = KeptFiles(folder, b"1")
        with pytest.raises(SourceError, match="holds nothing"):
            kept.told("a.txt", b"", refuse)
        assert read(kept, {"b.txt": "one"}) == read(KeptFiles(), {"b.txt": "one"})


def test_where_nothing_can_be_kept_files_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "parsed").write_text("a file where a folder is to be", encoding="utf-8")
    assert read(KeptFiles(tmp_path / "parsed" / "source", b"1"), TEXTS) == read(KeptFiles(), TEXTS)
    assert KeptFiles().content == ""


def test_no_file_gives_no_rows(folder: Path) -> None:
    assert read(KeptFiles(folder, b"1"), {}) == [[], [{"file": [], "word": []}, {"word": []}], [], []]


def test_texts_and_whole_numbers_keep_what_is_not_told() -> None:
    columns = {
        "text": pa.array(["a", None], pa.large_string()),
        "goals": pa.array([1, None], pa.int16()),
        "neutral": pa.array([True, None], pa.bool_()),
    }
    kept = KeptFiles()
    kept.told("a.txt", b"", lambda: FilePart({"rows": pa.table(columns)}, None))
    expected = {"text": pd.array(["a", None], "str"), "goals": pd.array([1, None], "Int16")}
    expected |= {"neutral": pd.array([True, None], "boolean")}
    pd.testing.assert_frame_equal(kept.now.frame("rows"), pd.DataFrame(expected))


def test_each_source_has_a_folder_and_other_clubs_are_other_makers(tmp_path: Path) -> None:
    read(kept_in(tmp_path, ["Ajax"])("one"), TEXTS)
    for clubs, source, anew in ((["Ajax"], "one", 0), (["Ajax"], "two", 4), (["Ajax", "Porto"], "one", 4)):
        kept = kept_in(tmp_path, clubs)(source)
        read(kept, TEXTS)
        assert kept.read_anew == anew
    assert makers(["Ajax"]) != makers([])
