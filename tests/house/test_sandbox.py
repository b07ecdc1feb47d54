# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bad input of ``./sandbox``: one clear sentence each, and a state from which it works."""

import shutil
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tools import cli, common, database, demo, odoo, odoo_source, postgres, testing
from tools.common import ROOT, Problem


@pytest.fixture
def clone(tmp_path):
    """The sandbox alone in a folder of its own, nothing made yet."""
    shutil.copy(ROOT / "sandbox", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("requirements.txt", "requirements-test.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "addons").mkdir()
    return tmp_path


def sandbox(clone, *words, **env):
    result = subprocess.run(
        # -S: a machine has no packages but Python's own before the sandbox has fetched them.
        [sys.executable, "-S", clone / "sandbox", *words],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(clone), **env},
        check=False,
    )
    assert "Traceback" not in result.stdout + result.stderr
    return result


def one_sentence(result):
    """The only thing said, without a stack."""
    assert result.returncode == 1
    lines = [line for line in result.stdout.splitlines() if line.startswith("sandbox: ")]
    assert len(lines) == 1
    return lines[0]


def test_unknown_file(clone):
    said = one_sentence(sandbox(clone, "demo", "--invoices", "nothing.csv"))
    assert said == "sandbox: There is no file nothing.csv."


def test_file_with_other_columns(clone):
    (clone / "a.csv").write_text("Invoice,Amount\n1,2\n")
    said = one_sentence(sandbox(clone, "demo", "--invoices", str(clone / "a.csv")))
    assert "StockCode" in said


def test_unknown_file_of_jobs(clone):
    said = one_sentence(sandbox(clone, "demo", "--jobs", "nothing.csv"))
    assert said == "sandbox: There is no file nothing.csv."


def test_jobs_with_other_columns(clone):
    (clone / "a.csv").write_text("number,state\n1,New\n")
    said = one_sentence(sandbox(clone, "demo", "--jobs", str(clone / "a.csv")))
    assert "lacks the columns incident_state" in said


def test_dates_without_bulk(clone):
    assert "add --bulk" in one_sentence(sandbox(clone, "demo", "--from", "2010-10-01"))


def test_dates_in_the_wrong_order(clone):
    words = ("--bulk", "--from", "2011-01-01")
    assert "lies after" in one_sentence(sandbox(clone, "demo", *words, "--to", "2010-01-01"))


def test_no_date(clone):
    result = sandbox(clone, "demo", "--bulk", "--from", "1 October")
    assert result.returncode == 2
    assert "is no date" in result.stderr


def test_unknown_addon(clone):
    assert "There is no add-on nonsense" in one_sentence(sandbox(clone, "test", "nonsense"))


def test_odoo_home_without_odoo(clone):
    said = one_sentence(sandbox(clone, "shell", ODOO_HOME=str(clone)))
    assert "holds no Odoo" in said


def test_odoo_home_of_another_series(clone):
    release = clone / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    said = one_sentence(sandbox(clone, "shell", ODOO_HOME=str(clone)))
    assert "holds Odoo 18.0; 19.0 is needed" in said


def test_no_package_source_tells_how_to_go_on(clone):
    """No apt on the path: as on a machine of another distribution."""
    (clone / "bin").mkdir()
    said = one_sentence(sandbox(clone, "shell", PATH=str(clone / "bin")))
    assert "ODOO_HOME=" in said


def test_two_runs_at_once(clone, monkeypatch):
    monkeypatch.setattr(common, "STATE", clone / ".sandbox")
    with common.only_one():
        said = one_sentence(sandbox(clone, "stop"))
    assert "Another run of ./sandbox" in said
    assert sandbox(clone, "stop").returncode == 0


def test_folder_that_cannot_be_written(clone):
    (clone / ".sandbox").write_text("in the way")
    assert "cannot be written" in one_sentence(sandbox(clone, "stop"))


def test_no_space_left(monkeypatch):
    monkeypatch.setattr(common, "FREE_SPACE_NEEDED", 1 << 60)
    with pytest.raises(Problem, match="Make room"):
        common.check_space()


def test_busy_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} is taken"):
            odoo.check_port(port)


def test_ctrl_c_is_no_stack(monkeypatch, capsys):
    monkeypatch.setattr(cli, "only_one", _interrupted)
    assert cli.main(["stop"]) == 130
    assert "goes on where it was" in capsys.readouterr().out


def _interrupted():
    raise KeyboardInterrupt


def test_a_failed_step_says_what_and_where(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "LOGS", tmp_path)
    with pytest.raises(Problem, match=r"Trying failed: error: no luck Do better.*try\.log"):
        common.run(
            [sys.executable, "-c", "print('error: no luck'); raise SystemExit(3)"],
            log="try",
            what="Trying",
            hint="Do better.",
        )


def test_a_half_written_stamp_counts_for_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "STAMPS", tmp_path)
    (tmp_path / "odoo.json").write_text('{"version": "19')
    assert common.stamp("odoo") is None
    common.set_stamp("odoo", {"version": "19"})
    assert common.stamp("odoo") == {"version": "19"}


def test_database_server_that_refuses(monkeypatch):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "somebody")
    with pytest.raises(Problem, match="The database server .* refuses"):
        postgres.start()


def test_role_postgres_is_refused(monkeypatch):
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(Problem, match="set PGUSER to another role"):
        postgres.start()


def test_only_our_databases_are_dropped():
    with pytest.raises(Problem, match="left alone"):
        database.Databases(None).drop("production")


def test_a_database_goes_without_ending_the_servers_own_workers():
    asked = []
    server = SimpleNamespace(sql=lambda query, *_args: asked.append(query))
    name = f"{database.PREFIX}gone"
    database.Databases(SimpleNamespace(server=server)).drop(name)
    ended, dropped = asked
    assert "backend_type = 'client backend'" in ended and f"'{name}'" in ended
    assert dropped == f'DROP DATABASE IF EXISTS "{name}"'


def test_rungs_are_the_smallest_that_serve():
    assert database.rung_of("rate_table") == "base"
    assert database.rung_of("aftersales_base") == "core"
    assert database.rung_of("aftersales_service") == "service"
    assert database.rung_of("dealer_rebate_loyalty") == "promotion"


def test_an_installation_goes_on_from_one_below_it_that_was_made_before():
    databases = SimpleNamespace(template=lambda rung, demo: None)
    names = database.addons()
    jobs = list(testing.installations(databases, names, together=True))
    assert sorted((job.label, job.demo) for job in jobs if job.label != "together") == sorted(
        (name, demo) for name in names for demo in (False, True)
    )
    made = set()
    for job in jobs:
        if job.ground:
            assert (job.ground, job.demo) in made, job
            assert database.rung_of(job.ground) == job.rung
        made |= {(job.label, job.demo)} if job.is_ground else set()
    (kpi,) = (job for job in jobs if job.label == "dealer_rebate_kpi" and job.demo)
    assert kpi.ground == "aftersales_kpi"
    for alone in testing.installations(databases, ["dealer_rebate_kpi"], together=False):
        assert alone.ground is None


def test_default_invoices_exist():
    options = cli._parser().parse_args(["demo"])
    assert demo.Choice.of(options).path.is_file()


def test_addon_without_tests_fails_the_run(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "__manifest__.py").write_text("{}")
    monkeypatch.setattr(testing, "ADDONS", tmp_path)
    with pytest.raises(Problem, match="has no tests"):
        testing.run(None, ["empty"])


def test_files_that_run_beside_other_modules(monkeypatch):
    """They run in one place, and nowhere without those modules."""
    files = [path for path in testing.test_files([]) if path.name in testing.BESIDE_FILES]
    assert len(files) == len(testing.BESIDE_FILES)
    assert all(testing.EVERY_MODULE in path.read_text() for path in files)
    calls = []
    monkeypatch.setattr(
        testing, "_pytest", lambda *args, **kwargs: calls.append((args, kwargs)) or (0, None)
    )

    class Fake:
        """An Odoo and its databases that only remember."""

        def __getattr__(self, name):
            return lambda *args, **_kwargs: calls.append((name, *args))

    assert testing._pytest_beside(Fake(), Fake(), "all", files) == (0, None)
    name = f"{database.PREFIX}test_beside"
    assert calls[0] == ("copy", "all", name)
    assert calls[1] == ("want_no_demo", name)
    assert calls[2] == ("install", name, database.BESIDE)
    assert calls[3][1]["variables"] == {testing.EVERY_MODULE: "1"}
    assert calls[4] == ("drop", name)


def test_unpacked_package_has_no_link_into_nowhere():
    """Each missing file behind a link is a broken page (ODOO_HOME has no such links)."""
    done = common.stamp("odoo")
    if done:
        assert done["dangling"] == []
    assert odoo_source.find().version.startswith("19.0")
