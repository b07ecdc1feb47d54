# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the tests run under pytest-odoo: in a real browser, no silent skip, and without waste.

Several processes may share the files of tests: with ``--claims FOLDER`` each takes the next file
that no other has taken, so that none is idle while another still has a list to go through.
"""

import itertools
import os
from pathlib import Path

import freezegun
import pytest

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"

# A frozen clock is for the code under test: pytest's own durations are told in real seconds.
freezegun.configure(extend_ignore_list=["_pytest.timing"])


def pytest_addoption(parser):
    parser.addoption(
        "--claims",
        type=Path,
        help="folder of claimed files of tests, shared by the processes that divide them",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """With ``--claims``, run the files that this process is the first to claim."""
    claims = session.config.getoption("--claims")
    if not claims or session.config.option.collectonly or session.testsfailed:
        return None
    items = _claimed(session.items, claims)
    item = next(items, None)
    while item:
        following = next(items, None)
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def _claimed(items, claims):
    for path, group in itertools.groupby(items, key=lambda item: item.path):
        if claim(claims, path):
            yield from group


def claim(claims, path):
    """Whether this process is the first to ask for a file of tests."""
    name = path.relative_to(ROOT).as_posix().replace("/", "+")
    try:
        with (claims / name).open("x") as file:
            file.write(f"process {os.getpid()}\n")
    except FileExistsError:
        return False
    return True


def pytest_collection_modifyitems(items):
    """Without the shared data its tests are left out, and counted as such."""
    if SHARED.is_dir():
        return
    absent = pytest.mark.skip(reason=f"{SHARED} is not there")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(absent)


@pytest.fixture(scope="session", autouse=True)
def tours_have_their_assets(request):
    """The bundle of the tours is served only under ``test_enable``: make it before the first."""
    if not request.config.getoption("--odoo-http", default=False):
        yield
        return
    from odoo.tests import HttpCase

    if not any(issubclass(item.cls or object, HttpCase) for item in request.session.items):
        yield
        return
    request.getfixturevalue("load_http")
    import odoo.api
    import odoo.modules.registry
    import odoo.orm.utils
    import odoo.tools

    odoo.tools.config["test_enable"] = True
    registry = odoo.modules.registry.Registry(odoo.tools.config["db_name"][0])
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.orm.utils.SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()
    yield


@pytest.fixture(scope="session", autouse=True)
def caches_of_the_class():
    """A test begins with what its class has cached, and not with empty caches.

    Odoo empties them after each test, as they may hold what was rolled back. What they held before
    the test is still right then: the database is as it was, and the class's first test starts with
    just that. Filling them anew took a sixth of the time.
    """
    import odoo.tests.common

    case = odoo.tests.common.TransactionCase
    original = case.setUp

    def set_up(self):
        # Cleanups run in the opposite order: this one after Odoo has emptied the caches.
        self.addCleanup(_restore, _snapshot(self.registry))
        original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case, "setUp", set_up)
        yield


@pytest.fixture(scope="session", autouse=True)
def people_without_invitations():
    """People of a test get no mail that invites them, which Odoo renders for each new user."""
    from odoo.addons.auth_signup.models.res_users import ResUsers

    reset = ResUsers._action_reset_password

    def reset_password(users, *args, **kwargs):
        if not users.env.context.get("create_user"):
            return reset(users, *args, **kwargs)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResUsers, "_action_reset_password", reset_password)
        yield


def _snapshot(registry):
    caches = registry._Registry__caches
    return [(cache, cache.snapshot) for cache in caches.values()]


def _restore(snapshot):
    for cache, content in snapshot:
        cache.clear()
        cache.update(content)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A skipped test fails the run: a suite whose tours are all skipped would look green."""
    outcome = yield
    report = outcome.get_result()
    complete = item.config.getoption("--odoo-http", default=False)
    if report.skipped and complete and not item.get_closest_marker("shared"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"


def pytest_terminal_summary(terminalreporter):
    """Count apart what ran on the shared data."""
    stats = terminalreporter.stats
    passed = stats.get("passed", [])
    shared = [report for report in passed if "shared" in report.keywords]
    left_out = [report for report in stats.get("skipped", []) if "shared" in report.keywords]
    terminalreporter.write_line(
        f"of these on shared data: {len(shared)} passed, {len(left_out)} left out"
    )
