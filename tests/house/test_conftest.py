# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What conftest.py promises: no file of tests twice, no test that sees another's caches."""

from odoo.tests import TransactionCase, tagged

from conftest import ROOT, claim
from tools import testing


def test_a_file_is_claimed_by_one_process(tmp_path):
    path = ROOT / "tests" / "house" / "test_conftest.py"
    assert claim(tmp_path, path)
    assert not claim(tmp_path, path)
    assert claim(tmp_path, path.with_name("test_rules.py"))


def test_a_file_that_nobody_claims_fails_the_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(testing, "CLAIMS", tmp_path)
    files = [ROOT / "tests" / "house" / name for name in ("test_conftest.py", "test_rules.py")]
    for number, path in enumerate(files):
        assert testing._check_claims(files) == 1
        assert "house+test_rules.py" in capsys.readouterr().out, number
        assert claim(tmp_path, path)
    assert testing._check_claims(files) == 0


def test_each_file_of_tests_is_among_them_once():
    files = testing.test_files([])
    assert len(files) == len(set(files))
    assert ROOT / "tests" / "house" / "test_conftest.py" in files
    assert sorted(map(testing._weight, files), reverse=True) == list(map(testing._weight, files))


@tagged("post_install", "-at_install")
class TestCaches(TransactionCase):
    """Twice the same test: neither finds what the other left, both find what the class cached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["ir.config_parameter"]
        cls.parameters.set_param("tests.known", "class")
        cls.parameters.get_param("tests.known")

    def _leave_something(self):
        with self.assertQueryCount(0):
            self.assertEqual(self.parameters.get_param("tests.known"), "class")
        self.assertFalse(self.parameters.get_param("tests.new"))
        self.parameters.set_param("tests.known", "test")
        self.parameters.set_param("tests.new", "test")
        self.assertEqual(self.parameters.get_param("tests.known"), "test")
        self.assertEqual(self.parameters.get_param("tests.new"), "test")

    def test_one(self):
        self._leave_something()

    def test_another(self):
        self._leave_something()
