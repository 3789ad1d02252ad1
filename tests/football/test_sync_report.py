import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.sync_report import Conflict, FootballDataReport, RepositoryReport, SourceLine, SyncReport, UnresolvedName

_REPOSITORIES = st.builds(
    RepositoryReport,
    name=st.text(),
    files=st.integers(0),
    played=st.integers(0),
    conflicts=st.lists(st.builds(Conflict), max_size=2),
    not_understood=st.lists(st.builds(SourceLine), max_size=2),
    questions=st.lists(st.builds(SourceLine), max_size=2),
    failures=st.lists(st.text(), max_size=2),
)
_FOOTBALL_DATA = st.builds(
    FootballDataReport,
    files=st.integers(0),
    disagreements=st.dictionaries(st.text(), st.integers(1), max_size=2),
    conflicts=st.lists(st.builds(Conflict), max_size=2).map(tuple),
    doubtful=st.lists(st.text(), max_size=2).map(tuple),
    unresolved=st.lists(st.builds(UnresolvedName), max_size=2).map(tuple),
    recognised=st.dictionaries(st.text(), st.text(), max_size=2),
    failures=st.lists(st.text(), max_size=2).map(tuple),
)
_REPORTS = st.builds(
    SyncReport,
    football_data=st.none() | _FOOTBALL_DATA,
    folders=st.dictionaries(st.text(), st.text(), max_size=2),
    repositories=st.lists(_REPOSITORIES, max_size=3),
    unresolved=st.lists(st.builds(UnresolvedName), max_size=2),
    failures=st.lists(st.text(), max_size=2),
)


@given(_REPORTS)
def test_a_report_survives_json(report: SyncReport) -> None:
    assert SyncReport.from_json(report.to_json()) == report


def test_the_report_adds_up_its_repositories() -> None:
    line = SourceLine("england/x.txt", 3, "Arsenal 2-1", "no match")
    report = SyncReport(
        [
            RepositoryReport("england", played=10, fixtures=2, duplicates_removed=1, not_understood=[line]),
            RepositoryReport("world", played=5, fixtures=1),
        ]
    )
    assert (report.played, report.fixtures, report.duplicates_removed) == (15, 3, 1)
    assert [str(entry) for entry in report.not_understood] == ["england/x.txt:3: Arsenal 2-1 (no match)"]
    assert report.exit_code == 0


def test_any_failure_makes_the_exit_code_one() -> None:
    report = SyncReport([RepositoryReport("england", failures=["no answer in time"])], failures=["no snapshot written"])
    assert report.exit_code == 1
    assert report.all_failures == ["no snapshot written", "england: no answer in time"]


def test_a_report_of_a_version_with_openfootball_alone_is_read() -> None:
    text = '{"repositories": [], "unresolved": [], "failures": ["x"], "snapshot_id": null}'
    assert SyncReport.from_json(text) == SyncReport(failures=["x"])


def test_sources_are_those_of_which_files_were_read() -> None:
    read, missing = RepositoryReport("england", files=3), RepositoryReport("world")
    assert SyncReport([read, missing]).sources == ["england"]
    assert SyncReport([read], football_data=FootballDataReport(files=1)).sources == ["england", "football-data"]
    assert SyncReport(football_data=FootballDataReport(failures=("E0.csv: no CSV",))).sources == []


def test_failures_of_football_data_count() -> None:
    report = SyncReport(football_data=FootballDataReport(files=2, failures=("E0.csv: no CSV",)))
    assert report.all_failures == ["E0.csv: no CSV"]
    assert report.exit_code == 1


def test_a_text_that_is_no_report_is_refused() -> None:
    with pytest.raises(KeyError, match="repositories"):
        SyncReport.from_json("{}")
