# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import tempfile
from pathlib import Path

from odoo.tests import TransactionCase

from tools.invoice_loader import SAMPLE, load

QUARTER = {"date_from": "2010-10-01", "date_to": "2010-12-31"}


class LoaderCase(TransactionCase):
    """A company of its own with a chart of accounts, so that any database will do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gbp = cls.currency("GBP")
        cls.company = cls.new_company("Loader Ltd", cls.gbp)
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    @classmethod
    def currency(cls, code):
        currency = (
            cls.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
        )
        currency.active = True
        return currency

    @classmethod
    def new_company(cls, name, currency):
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": currency.id, "country_id": cls.env.ref("base.uk").id}
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        company.currency_id = currency
        return company

    def load(self, path=SAMPLE, **options):
        options.setdefault("company", self.company)
        return load(self.env, path, **options)

    def moves(self, company=None):
        return self.env["account.move"].search(
            [("company_id", "=", (company or self.company).id), ("ref", "like", "ORII-")]
        )

    def file_of(self, *rows):
        path = self.folder / "in.csv"
        with path.open("w", newline="") as stream, SAMPLE.open(newline="") as sample:
            writer = csv.writer(stream)
            writer.writerow(next(csv.reader(sample)))
            writer.writerows(rows)
        return path
