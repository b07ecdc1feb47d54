# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What both loaders share on the side of Odoo: company, currency, dealers, products, values.

Runs inside ``odoo shell`` (or a test): nothing here imports Odoo at module level, so that the
reader and the rules stay usable without it.
"""

from datetime import date

from ..csv_file import LoaderError
from .rules import REF_PREFIX, Invoice, normal_code

CREATE_BATCH = 1000
# Country names of the public set that Odoo spells otherwise. "Channel Islands", "West Indies",
# "European Community" and "Unspecified" are no country: those dealers stay without one.
COUNTRY_CODES = {
    "czech republic": "CZ",
    "eire": "IE",
    "korea": "KR",
    "rsa": "ZA",
    "usa": "US",
}


class BooksProblem(LoaderError):
    """The database can't take the invoices as it stands; says what to change."""


class Books:
    """The company into whose books the invoices go.

    :param env: environment of a user who may post invoices (the shell's superuser)
    :param company: ``res.company`` record, default the environment's
    :param currency: code of the currency that the file is in
    :raises BooksProblem: no sales journal, unknown currency
    """

    def __init__(self, env, company=None, currency="GBP"):
        company = company or env.company
        # No chatter: neither "created" and "posted" messages nor followers are wanted on
        # years of history, and the bulk way writes none either.
        self.env = env(
            context={
                **env.context,
                "allowed_company_ids": company.ids,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "mail_create_nolog": True,
            }
        )
        self.company = self.env["res.company"].browse(company.id)
        self.currency = self._currency(currency)
        self.journal = self._journal()

    def _currency(self, code):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code.upper())], limit=1)
        )
        if not currency:
            raise BooksProblem(f"Odoo knows no currency {code}: give the code of an existing one.")
        if not currency.active:
            currency.active = True
        return currency

    def _journal(self):
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company),
                ("type", "=", "sale"),
            ],
            limit=1,
        )
        if not journal:
            raise BooksProblem(
                f"The company {self.company.name} has no sales journal:"
                " install a chart of accounts first."
            )
        return journal

    @property
    def places(self) -> int:
        """Decimals to which amounts in the file's currency are rounded."""
        return self.currency.decimal_places

    def check_period(self, first: date, last: date) -> None:
        """Refuse dates on which the documents could not be posted as they are.

        :raises BooksProblem: locked period, or no rate for a foreign currency
        """
        locks = self.company._get_violated_lock_dates(first, False, self.journal)
        if locks:
            raise BooksProblem(
                f"The books of {self.company.name} are locked up to {locks[-1][0]}, and the file"
                f" has invoices of {first}: open the period or load later invoices."
            )
        if self.currency == self.company.currency_id:
            return
        rates = self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "=", self.currency.id),
                ("company_id", "in", (False, self.company.root_id.id)),
                ("name", "<=", first),
            ],
            limit=1,
        )
        if not rates:
            raise BooksProblem(
                f"There is no rate of {self.currency.name} on or before {first} for"
                f" {self.company.name} (whose currency is {self.company.currency_id.name}):"
                " enter one."
            )

    def known_refs(self, refs) -> set[str]:
        """Those of ``refs`` under which a document of this company was loaded before."""
        groups = self.env["account.move"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "!=", "cancel"),
                ("ref", "in", list(refs)),
            ],
            ["ref"],
        )
        return {ref for (ref,) in groups}

    def dealers(self, countries: dict[str, str]) -> tuple[dict, int]:
        """Find or create the dealers; keys are customer numbers, values names of countries.

        :return: ({customer number: partner id}, how many were created)
        """
        Partner = self.env["res.partner"].with_context(active_test=False)
        refs = [REF_PREFIX + customer for customer in countries]
        found = Partner.search_fetch(
            [("ref", "in", refs), ("company_id", "in", (False, self.company.id))],
            ["ref"],
            order="id desc",
        )
        ids = {partner.ref.removeprefix(REF_PREFIX): partner.id for partner in found}
        missing = sorted(customer for customer in countries if customer not in ids)
        country_ids = self._country_ids()
        is_dealer = {"is_dealer": True} if "is_dealer" in Partner._fields else {}
        for start in range(0, len(missing), CREATE_BATCH):
            batch = missing[start : start + CREATE_BATCH]
            partners = Partner.create(
                [
                    {
                        "name": f"Dealer {customer}",
                        "ref": REF_PREFIX + customer,
                        "is_company": True,
                        "country_id": country_ids.get(countries[customer].lower(), False),
                        **is_dealer,
                    }
                    for customer in batch
                ]
            )
            ids.update(zip(batch, partners.ids, strict=True))
        if is_dealer:
            found.filtered(lambda partner: not partner.is_dealer).is_dealer = True
        return ids, len(missing)

    def _country_ids(self):
        countries = self.env["res.country"].with_context(lang="en_US").search([])
        by_code = {country.code: country.id for country in countries}
        return {
            **{country.name.lower(): country.id for country in countries},
            **{name: by_code[code] for name, code in COUNTRY_CODES.items() if code in by_code},
        }

    def products(self, labels: dict[str, str]) -> tuple[dict, int]:
        """Find or create the products; keys are normalised codes, values descriptions.

        :return: ({code: product id}, how many were created)
        """
        Product = self.env["product.product"].with_context(active_test=False)
        found = Product.search_fetch(
            [("default_code", "!=", False), ("company_id", "in", (False, self.company.id))],
            ["default_code"],
            order="id desc",
        )
        ids = {
            code: product.id
            for product in found
            if (code := normal_code(product.default_code)) in labels
        }
        missing = sorted(code for code in labels if code not in ids)
        for start in range(0, len(missing), CREATE_BATCH):
            batch = missing[start : start + CREATE_BATCH]
            products = Product.create(
                [
                    {
                        "name": labels[code],
                        "default_code": code,
                        "type": "consu",
                        # the file says what was charged, not what the list price was
                        "list_price": 0.0,
                        "taxes_id": False,
                        "supplier_taxes_id": False,
                    }
                    for code in batch
                ]
            )
            ids.update(zip(batch, products.ids, strict=True))
        return ids, len(missing)

    def move_values(self, invoice: Invoice, dealers: dict, products: dict) -> dict:
        """Values to create the document of an invoice; both loaders mean the same by them.

        The file has no payment terms (due on the day of the invoice) and no taxes.
        """
        return {
            "move_type": "out_refund" if invoice.credit_note else "out_invoice",
            "journal_id": self.journal.id,
            "partner_id": dealers[invoice.customer],
            "currency_id": self.currency.id,
            "ref": invoice.ref,
            "date": invoice.date,
            "invoice_date": invoice.date,
            "invoice_date_due": invoice.date,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": products[line.code],
                        "name": line.label,
                        "quantity": float(line.quantity),
                        "price_unit": float(line.price),
                        "tax_ids": [(6, 0, [])],
                    },
                )
                for line in invoice.lines
            ],
        }
