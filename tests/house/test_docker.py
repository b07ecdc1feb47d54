# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The container files cannot be run here: they are held against the project and Odoo."""

import configparser
import re
import shlex

import pytest
import yaml

from tools.common import ROOT
from tools.database import addons

DOCKER = ROOT / "docker"
# What the official image's entry point reads (HOST, PORT, USER, PASSWORD), and PostgreSQL's.
IMAGE_VARIABLES = {
    "odoo": {"HOST", "PORT", "USER", "PASSWORD"},
    "db": {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "PGDATA"},
}
INSTRUCTIONS = {"FROM", "USER", "RUN", "COPY"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def instructions():
    """The Dockerfile's instructions as (word, rest)."""
    text = re.sub(r"\\\n", " ", (DOCKER / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_dockerfile_parses(instructions):
    assert instructions[0] == ("FROM", "odoo:19.0")
    assert {word for word, _rest in instructions} <= INSTRUCTIONS
    users = [rest for word, rest in instructions if word == "USER"]
    assert users[-1] == "odoo", "the server must not run as root"


def test_dockerfile_copies_what_there_is(instructions):
    copied = [shlex.split(rest) for word, rest in instructions if word == "COPY"]
    assert copied
    for words in copied:
        *sources, target = [word for word in words if not word.startswith("--")]
        assert target.startswith("/")
        for source in sources:
            assert (ROOT / source).exists(), source


def test_configuration_is_where_the_image_reads_it(instructions):
    targets = [rest.split()[-1] for word, rest in instructions if word == "COPY"]
    assert "/etc/odoo/odoo.conf" in targets
    assert _configuration()["addons_path"] in targets


def test_options_are_odoos_own():
    config = pytest.importorskip("odoo.tools").config
    known = set(config.options) | set(config.options_index)
    unknown = set(_configuration()) - known
    assert not unknown


def test_compose_builds_from_the_project(compose):
    build = compose["services"]["odoo"]["build"]
    context = (DOCKER / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).is_file()


def test_compose_names_what_the_images_know(compose):
    for service, variables in IMAGE_VARIABLES.items():
        assert set(compose["services"][service]["environment"]) <= variables
    assert set(compose["services"]["odoo"]["depends_on"]) <= set(compose["services"])


def test_each_service_has_a_named_volume(compose):
    for service in ("db", "odoo"):
        names = [volume.split(":")[0] for volume in compose["services"][service]["volumes"]]
        assert names
        assert set(names) <= set(compose["volumes"])


def test_ports_are_those_of_the_configuration(compose):
    inside = {port.rsplit(":", 1)[1] for port in compose["services"]["odoo"]["ports"]}
    assert inside == {"8069"}
    # More than one process needs a proxy that tells web sockets apart; there is none here.
    assert _configuration()["workers"] == "0"


def test_there_is_a_database_to_open(compose):
    """Without the list of databases, one must be named, and made with our add-ons in it."""
    assert _configuration()["list_db"] == "False"
    assert _configuration()["db_name"]
    command = compose["services"]["odoo"]["command"]
    assert set(command[command.index("-i") + 1].split(",")) <= set(addons())


def _configuration():
    parser = configparser.ConfigParser()
    parser.read(DOCKER / "odoo.conf")
    return parser["options"]
