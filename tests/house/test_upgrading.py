# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The upgrade of the last release: what the comparison finds out, and where it cannot be made."""

import subprocess

import pytest

from tools import upgrading
from tools.common import Problem


class Server:
    """Databases as a test says: {database: {table: rows}}."""

    def __init__(self, **databases):
        self.databases = databases

    def sql(self, query, database):
        tables = self.databases[database]
        if "relname" in query:
            return [[name] for name in tables]
        if "count(*)" in query:
            return [[name, str(count)] for name, count in tables.items() if f"'{name}'" in query]
        kind = next((kind for kind, known in upgrading._queries() if known == query), None)
        return [[name, what] for (of, name), what in tables.items() if of == kind]


def test_what_differs_is_told():
    upgraded = {("column", "a.x"): "integer", ("field", "a.y"): "char", ("view", "m.v"): "1"}
    fresh = {("column", "a.x"): "integer, required", ("view", "m.v"): "1", ("access", "m.a"): "t"}
    server = Server(upgraded=upgraded, fresh=fresh)
    assert list(upgrading.differences(server, "upgraded", "fresh")) == [
        "column a.x: integer, where a new one has: integer, required",
        "field a.y: char, where a new one has: not there",
        "access m.a: not there, where a new one has: t",
    ]


def test_lost_records_are_told():
    server = Server(before={"a": 3, "b": 2, "gone": 1}, after={"a": 2, "b": 9, "new": 1})
    assert list(upgrading.losses(server, "before", "after")) == ["table a: 2 rows of 3"]


def test_demo_data_that_only_steps_take_on_may_be_left_out():
    left_out = set(upgrading._optional_records())
    name = sorted(left_out)[0]
    server = Server(upgraded={}, fresh={("record", name): "a.model", ("record", "m.n"): "a.model"})
    assert list(upgrading.differences(server, "upgraded", "fresh")) == [
        "record m.n: not there, where a new one has: a.model"
    ]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A folder with a release that its history does not have."""
    monkeypatch.setattr(upgrading, "ROOT", tmp_path)
    (tmp_path / "releases.csv").write_text(f"commit,day,what\n{'0' * 40},2026-01-01,x\n")
    monkeypatch.setattr(upgrading, "RELEASES", tmp_path / "releases.csv")
    return tmp_path


def git(folder, *words):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True)


def test_without_history_it_is_left_out(clone):
    assert upgrading.last_release() is None


def test_a_shallow_clone_leaves_it_out(clone, tmp_path_factory, monkeypatch):
    git(clone, "init")
    for title in ("one", "two"):
        git(clone, "commit", "--allow-empty", "-m", title)
    shallow = tmp_path_factory.mktemp("shallow")
    git(shallow, "clone", "--depth", "1", f"file://{clone}", ".")
    monkeypatch.setattr(upgrading, "ROOT", shallow)
    assert upgrading.last_release() is None


def test_a_whole_history_without_the_release_is_refused(clone):
    git(clone, "init")
    git(clone, "commit", "--allow-empty", "-m", "one")
    with pytest.raises(Problem, match="is not in the history"):
        upgrading.last_release()
