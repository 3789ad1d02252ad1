"""The page's files as they are served: named by their contents, kept for good under that name alone."""

import re
from collections.abc import Iterator

import pytest

from serving.app import create_app
from serving.page_files import INDEX, PageFiles, page_files
from tests.serving.client import Client
from tests.serving.world import predictor


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(create_app(predictor)) as client:
        yield client


def test_any_change_of_any_file_gives_all_of_them_another_name() -> None:
    contents = {INDEX: b'<script src="{{web}}/a.js">', "a.js": b"1", "b.css": b"2"}
    before = PageFiles.of(contents)
    assert before.index == f'<script src="web/{before.version}/a.js">'.encode()
    assert before.others == {"a.js": b"1", "b.css": b"2"}
    names = {before.version}
    for path in contents:
        names.add(PageFiles.of({**contents, path: contents[path] + b" "}).version)
    names.add(PageFiles.of({INDEX: contents[INDEX], "a.js": b"1", "c.css": b"2"}).version)
    assert len(names) == 5


def test_every_file_that_the_page_or_a_module_names_is_there(client: Client) -> None:
    named = re.findall(r'(?:href|src)="(web/[^"]+)"', client.get("/").text)
    assert len(named) > 5
    folder = f"web/{page_files().version}/"
    for path, content in page_files().others.items():
        if path.endswith(".js"):
            named += [folder + module for module in re.findall(r'(?:from|import\() ?"\./([^"]+)"', content.decode())]
            named += [folder + data for data in re.findall(r'new URL\("([^"]+)", import\.meta', content.decode())]
    assert len(named) > 30
    for path in named:
        assert client.get(f"/{path}").status_code == 200, path


def test_files_are_kept_for_good_under_their_own_name_and_not_under_an_older_one(client: Client) -> None:
    present = client.get(f"/web/{page_files().version}/main.js")
    assert present.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert present.headers["content-type"] == "text/javascript; charset=utf-8"
    older = client.get("/web/0123/main.js")
    assert (older.text, older.headers["cache-control"]) == (present.text, "no-cache")
    again = client.get("/web/0123/main.js", {"If-None-Match": older.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["nothing.js", "../app.py", "%2e%2e/app.py", INDEX, "main.js/"])
def test_there_is_nothing_else(client: Client, path: str) -> None:
    assert client.get(f"/web/{page_files().version}/{path}").status_code == 404


def test_no_file_holds_a_style_or_a_script_that_the_policy_would_stop() -> None:
    index = page_files().index.decode()
    assert re.findall(r"<style|<script(?! type=\"module\" src=)| style=| on[a-z]+=", index) == []
