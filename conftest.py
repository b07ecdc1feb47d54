# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the tests run under pytest-odoo: tours in a real browser, no silent skip."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent / "shared"


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
