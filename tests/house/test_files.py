# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The house rules that a test can hold: packaging, generated files, golden cases, versions."""

import ast
import collections
import re
import shutil
import zipfile

import lxml.html
import pytest
import yaml
from lxml import etree

from tools.common import ADDONS, ROOT, SHARED
from tools.database import addons, closure, manifest
from tools.generate import readmes, store


@pytest.mark.parametrize("name", addons())
def test_addon_is_packaged(name):
    about = manifest(name)
    assert about["version"].startswith("19.0.")
    assert about["license"] == "LGPL-3"
    folder = ADDONS / name
    assert "whool" in (folder / "pyproject.toml").read_text()
    for path in ("readme/DESCRIPTION.rst", "static/description/icon.png", "i18n/zh_CN.po"):
        assert (folder / path).is_file(), path
    assert (folder / "i18n" / f"{name}.pot").is_file()


def test_generated_readmes_are_current():
    stale = [str(path) for path, text in readmes.targets() if path.read_text() != text]
    assert not stale, "run python -m tools.generate.readmes"


# What a visitor of the store is ready to wait for.
LARGEST_PICTURE = 150_000


@pytest.mark.parametrize("name", addons())
def test_store_page_has_its_pictures(name):
    pictures = store.PICTURES[name]
    folder = ADDONS / name / "static" / "description"
    assert 1 <= len(pictures) <= 4
    assert manifest(name)["images"] == [f"static/description/{pictures[0]}.png"]
    there = {path.stem for path in folder.glob("*.png")}
    assert there == {"icon", *pictures}
    text = (folder / "index.html").read_text()
    for picture in pictures:
        assert f'src="{picture}.png" alt="' in text


def test_pictures_of_store_pages_are_current():
    stale = [
        str(path)
        for path, shown in store.copies()
        if not path.is_file() or path.read_bytes() != shown.read_bytes()
    ]
    assert not stale, "run python -m tools.generate.readmes"
    assert not [path for path, _shown in store.copies() if path.stat().st_size > LARGEST_PICTURE]


@pytest.mark.parametrize("name", addons())
def test_store_page_has_what_the_store_takes(name):
    """No script, no style sheet, nothing from elsewhere, pictures with their words."""
    page = lxml.html.fragment_fromstring(store.page(name), create_parent=True)
    assert not page.xpath("//script | //style | //link | //iframe | //form | //object")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert page.xpath("//img/@src") and not page.xpath("//img[not(@alt) or @alt='']")
    assert not [src for src in page.xpath("//img/@src") if "/" in src]
    assert len(page.xpath("//h1")) == 1


@pytest.mark.parametrize("name", addons())
def test_changes_of_the_version_are_told(name):
    titles = re.findall(r"^(19\.0\.[\d.]+) \((\d{4}-\d\d-\d\d)\)\n~+$", history(name), re.M)
    versions = [tuple(map(int, version.split("."))) for version, _day in titles]
    assert titles[0][0] == manifest(name)["version"]
    assert versions == sorted(set(versions), reverse=True)


def history(name):
    return (ADDONS / name / "readme" / "HISTORY.rst").read_text()


@pytest.mark.parametrize("name", addons())
def test_each_external_id_is_given_once(name):
    """A second record of the same id overwrites the first, and nothing complains."""
    given = collections.Counter()
    for path in declared_files(name):
        for node in etree.parse(path).iter("record", "template", "menuitem"):
            external_id = node.get("id", "").removeprefix(f"{name}.")
            if external_id and "." not in external_id:
                given[external_id] += 1
    assert given, "no data at all"
    assert [external_id for external_id, count in given.items() if count > 1] == []


# What a card asks of its record: ``record.<field>.raw_value``.
ASKED = re.compile(r"\brecord\.(\w+)\.(?:raw_)?value\b")


@pytest.mark.parametrize("name", addons())
def test_each_card_loads_the_fields_it_asks_for(name):
    """A card that asks for a field its kanban does not load breaks the whole screen."""
    missing = []
    for path in declared_files(name):
        for view in etree.parse(path).iterfind(".//record[@model='ir.ui.view']"):
            for kanban in view.iterfind(".//kanban"):
                asked = set(ASKED.findall(etree.tostring(kanban, encoding="unicode")))
                loaded = {node.get("name") for node in kanban.iter("field")}
                missing += [f"{view.get('id')}: {field}" for field in sorted(asked - loaded)]
    assert missing == []


def test_labels_that_a_field_borrows_are_translated():
    """The labels of a computed selection are shown as they are: ``.selection`` lends English."""
    used = collections.Counter()
    english = []
    for path in ADDONS.glob("*/*/*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) != "fields.Selection":
                continue
            names = [node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)]
            used.update(names)
            if "selection" in names:
                english.append(f"{path.relative_to(ADDONS)}:{call.lineno}")
    assert used["_description_selection"], "no field borrows its labels"
    assert english == []


def declared_files(name):
    """XML of the data; demo data may come back to its own records."""
    return [ADDONS / name / file for file in manifest(name)["data"] if file.endswith(".xml")]


def golden_copies():
    return sorted(ADDONS.glob("*/tests/golden/*.json"))


@pytest.mark.shared
@pytest.mark.parametrize("path", golden_copies(), ids=lambda path: f"{path.parts[-4]}-{path.name}")
def test_golden_copy_is_current(path):
    assert path.read_bytes() == (SHARED / "golden" / path.name).read_bytes()


def test_pre_commit_uses_the_pinned_versions():
    pinned = set((ROOT / "requirements-test.txt").read_text().split())
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    asked = {wanted for hook in hooks for wanted in hook["additional_dependencies"]}
    assert asked <= pinned


def test_requirements_are_pinned():
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line), line


def test_ci_runs_the_command_of_the_readme():
    assert "./sandbox test" in (ROOT / "README.md").read_text()
    assert (ROOT / ".ci" / "run").read_text().strip().endswith("exec ./sandbox test")


@pytest.mark.parametrize("name", addons())
def test_wheel_holds_the_whole_addon(name, tmp_path, monkeypatch):
    """``pip install ./addons/…`` must bring every file that the manifest names."""
    buildapi = pytest.importorskip("whool.buildapi")
    folder = tmp_path / name
    shutil.copytree(ADDONS / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(folder)
    wheel = tmp_path / buildapi.build_wheel(str(tmp_path))
    names = set(zipfile.ZipFile(wheel).namelist())
    about = manifest(name)
    for file in [*about.get("data", ()), *about.get("demo", ()), "README.rst"]:
        assert f"odoo/addons/{name}/{file}" in names
    metadata = next(file for file in names if file.endswith("METADATA"))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    for dependency in about["depends"]:
        if dependency in addons():
            assert f"odoo-addon-{dependency}" in text


def test_mixins_of_one_model_bear_every_order_of_installation():
    """Who installs two add-ons one after the other loads them in that order, for once.

    A mixin that comes before what another add-on has put on the same model must be no ancestor of
    it: Python finds no order for such a class.
    """
    parents, first = _mixins()
    troubles = [
        f"{later} puts {mixin} before {model}, where {earlier} has {other}"
        for model, used in first.items()
        for later, mixins in used.items()
        for earlier, others in used.items()
        if earlier != later and later not in closure(earlier)
        for mixin in mixins
        for other in others
        if mixin in _ancestors(other, parents)
    ]
    assert not troubles


def _mixins():
    """Parents of our mixins; for each model of others, what each add-on puts before it."""
    parents = {}
    first = collections.defaultdict(lambda: collections.defaultdict(set))
    for name in addons():
        for path in sorted((ADDONS / name).glob("*/*.py")):
            for model, inherit in _inheritances(path):
                if model not in inherit:
                    parents.setdefault(model, set()).update(inherit)
                else:
                    first[model][name].update(inherit[: inherit.index(model)])
    return parents, first


def _inheritances(path):
    """Name and parents of each model that a file defines with a list of parents."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            values = {
                statement.targets[0].id: ast.literal_eval(statement.value)
                for statement in node.body
                if isinstance(statement, ast.Assign)
                and isinstance(statement.targets[0], ast.Name)
                and statement.targets[0].id in ("_name", "_inherit")
            }
            if isinstance(values.get("_inherit"), list):
                yield values.get("_name", ""), values["_inherit"]


def _ancestors(mixin, parents):
    """The mixins that one stands on, one behind the other."""
    found, waiting = set(), [mixin]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
