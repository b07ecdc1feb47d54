# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

MAIL_CHUNK = 10


class PartsStatement(models.Model):
    """A dealer's account of one period in one currency, for the dealer to agree to (P12).

    The balance is the dealer's receivable in the accounts, whatever it comes from; of invoices
    and credit notes the share of parts is told. Orders, deliveries and what is open are of parts
    only. Once sent, a statement does not change: a document that is entered, changed or cancelled
    afterwards stands on the next one.

    One statement a dealer, currency and period: ``key`` is unique. It names no partner by a
    foreign key, because merging two partners deletes what would collide.
    """

    _name = "parts.statement"
    _description = "Parts Statement"
    _inherit = [
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "aftersales.guarded.mixin",
    ]
    _order = "date_to desc, partner_id, currency_id, id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Reference", index="trigram")
    settlement_id = fields.Many2one(
        "parts.settlement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Dealer", required=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Up to", required=True, index=True)
    key = fields.Char(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("objected", "Objected"),
            ("agreed", "Agreed"),
            ("closed", "Closed"),
        ],
        string="Status",
        default="draft",
        required=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Draft: computed again at any time. Sent: frozen, the dealer may answer. Objected: "
        "an objection waits for our reply. Closed: no more answers.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        tracking=True,
        help="Gets the dealer's objections to answer.",
    )
    note = fields.Html(help="Stands on the statement that the dealer gets.")
    line_ids = fields.One2many("parts.statement.line", "statement_id")
    is_first = fields.Boolean(help="Brings forward what was open before there were statements.")
    opening_balance = fields.Monetary(
        help="Closing balance of the statement before; what was open in the accounts before the "
        "first one."
    )
    base_balance = fields.Monetary(help="What the first statement brought forward.")
    closing_balance = fields.Monetary(
        help="The dealer's receivable in the accounts at the end of the period, as it was when "
        "the statement was computed."
    )
    amount_invoiced = fields.Monetary(
        string="Invoiced", help="Invoices less credit notes, with tax."
    )
    parts_amount = fields.Monetary(
        string="Of Which Parts", help="Share of parts in invoices less credit notes, with tax."
    )
    amount_paid = fields.Monetary(string="Paid")
    amount_ordered = fields.Monetary(string="Ordered", help="Parts, without tax.")
    amount_delivered = fields.Monetary(string="Delivered", help="Parts, without tax.")
    amount_to_invoice = fields.Monetary(
        string="Delivered, Not Invoiced",
        help="Parts at the end of the period, without tax. They are not in the balance yet.",
    )
    amount_to_deliver = fields.Monetary(
        string="Ordered, Not Delivered", help="Parts at the end of the period, without tax."
    )
    computed_on = fields.Datetime()
    sent_on = fields.Datetime()
    deadline = fields.Date(help="Last day to answer, in the company's time zone.")
    answered_on = fields.Datetime()
    mail_due = fields.Boolean(help="The mail to the dealer is still to be sent.")
    objection_count = fields.Integer(compute="_compute_objection_count")

    _key_unique = models.UniqueIndex(
        "(key)", "This dealer has a statement of this period and currency already."
    )
    _mail_due = models.Index("(id) WHERE mail_due IS TRUE")

    @api.depends("line_ids.answer")
    def _compute_objection_count(self):
        rows = self.env["parts.statement.line"]._read_group(
            [("statement_id", "in", self.ids), ("answer", "=", "objected")],
            ["statement_id"],
            ["__count"],
        )
        counts = {statement.id: count for statement, count in rows}
        for statement in self:
            statement.objection_count = counts.get(statement.id, 0)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/parts/statements/{statement.id}"
        return result

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            name
            for name, field in self._fields.items()
            if field.store and field.model_name == self._name and name in self._get_own_fields()
        }

    @api.model
    def _get_own_fields(self):
        """Names of the fields that only computing, sending and answering write."""
        return {
            "name", "settlement_id", "company_id", "partner_id", "currency_id", "date_from",
            "date_to", "key", "state", "is_first", "opening_balance", "base_balance",
            "closing_balance", "amount_invoiced", "parts_amount", "amount_paid", "amount_ordered",
            "amount_delivered", "amount_to_invoice", "amount_to_deliver", "computed_on",
            "sent_on", "deadline", "answered_on", "mail_due", "access_token",
        }  # fmt: skip

    def write(self, vals):
        """The note of a statement that was sent stays as the dealer got it.

        :raise UserError: when it would change
        """
        if not self.env.su and "note" in vals:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_draft()

    def _check_draft(self):
        for statement in self:
            if statement.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was sent and stays as the dealer got it. What is entered now stands "
                        "on the next statement.",
                        statement.name,
                    )
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_compute(self):
        """Compute drafts again from the accounts, orders and deliveries of now."""
        self.check_access("write")
        self._check_draft()
        # sudo: the right was checked; documents behind a statement are read as a whole.
        self.sudo()._compute_statements()

    def action_send(self):
        """Freeze the statements as the accounts are now, and send them to the dealers.

        The mails leave by a scheduled action, which does not let the user wait for PDFs.
        """
        self.check_access("write")
        self._check_draft()
        # sudo: the right was checked; states are written by these methods only.
        statements = self.sudo()
        statements._claim()
        statements._compute_statements()
        for company, own in statements.grouped("company_id").items():
            own.write(
                {
                    "state": "sent",
                    "sent_on": fields.Datetime.now(),
                    "deadline": own._get_deadline(company),
                    "mail_due": True,
                }
            )
        self.env.ref("aftersales_parts_pricing.ir_cron_mail_statements")._trigger()

    def action_agree(self):
        """Note that the dealer agreed by another way than the portal."""
        self.check_access("write")
        for statement in self:
            # sudo: the right was checked; answers are written by these methods only.
            statement.sudo()._agree(author=self.env.user.partner_id)

    def action_close(self):
        """End the exchange: no more answers to these statements.

        :raise UserError: for drafts, and while an objection waits for its reply
        """
        self.check_access("write")
        for statement in self:
            if statement.state == "draft":
                raise UserError(self.env._("%s was not sent yet: send it.", statement.name))
            if statement.state == "objected":
                raise UserError(
                    self.env._(
                        "The dealer objected to lines of %s. Reply to them first.", statement.name
                    )
                )
        # sudo: see action_send.
        self.sudo()._claim()
        self.sudo().write({"state": "closed"})

    def action_open_portal(self):
        """Open the page as the dealer sees it."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_url",
            # sudo: makes the link's token, nothing else.
            "url": self.sudo().get_portal_url(),
            "target": "new",
        }

    def action_view_lines(self):
        """Open the lines as a list to search and group."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_statement_line_action"
        )
        return action | {"domain": [("statement_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _claim(self):
        """Write these rows first: of two at once, the second is tried again and sees the first."""
        self.write({"answered_on": fields.Datetime.now()})
        self.flush_recordset(["answered_on"])

    @api.model
    def _get_deadline(self, company):
        """Last day to answer, counted from today where the company is."""
        today = self.env["parts.price"]._get_price_day(company=company)
        return today + timedelta(days=company.parts_statement_days)

    def _is_open(self):
        """Whether the dealer can answer now."""
        self.ensure_one()
        today = self.env["parts.price"]._get_price_day(company=self.company_id)
        return self.state in ("sent", "objected") and self.deadline >= today

    def _get_sections(self):
        """[(key, title, lines)] of the sections that have lines, in order."""
        self.ensure_one()
        titles = (
            self.env["parts.statement.line"]._fields["section"]._description_selection(self.env)
        )
        by_section = self.line_ids.grouped("section")
        return [(key, title, by_section[key]) for key, title in titles if key in by_section]

    def _get_summary(self):
        """[(label, amount, share of parts)] of the account, by kind of document.

        The amounts add up from the opening to the closing balance.
        """
        self.ensure_one()
        account = self.line_ids.filtered(lambda line: line.section == "account")
        labels = self.env["parts.statement.line"]._fields["kind"]._description_selection(self.env)
        by_kind = account.grouped("kind")
        return [
            (label, sum(by_kind[kind].mapped("amount")), sum(by_kind[kind].mapped("parts_amount")))
            for kind, label in labels
            if kind in by_kind
        ]

    def _get_file_name(self, extension):
        """Name of a file of this statement."""
        self.ensure_one()
        name = f"{self.name} {self.partner_id.name}".replace("/", "-")
        return f"{name}.{extension}"

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------

    @api.model
    def _cron_mail_statements(self):
        """Send the mails that are due, with their PDF, in chunks with a commit after each."""
        cron = self.env["ir.cron"]
        domain = [("mail_due", "=", True), ("state", "!=", "draft")]
        time_left = cron._commit_progress(remaining=self.search_count(domain))
        while time_left:
            due = self.search(domain, order="id", limit=MAIL_CHUNK)
            if not due:
                break
            due._mail_to_dealers()
            time_left = cron._commit_progress(len(due))

    def _mail_to_dealers(self):
        """Queue the mails; say on the statement where a dealer has no address."""
        template = self.env.ref("aftersales_parts_pricing.mail_template_parts_statement")
        reachable = self.filtered("partner_id.email")
        self.write({"mail_due": False})
        if reachable:
            template.send_mail_batch(reachable.ids)
        for statement in self - reachable:
            statement.message_post(
                body=self.env._(
                    "%s has no mail address and got no mail. The statement is on the portal.",
                    statement.partner_id.display_name,
                )
            )

    @api.model
    def _cron_close_statements(self):
        """Close what was agreed, and what was not answered in time: that counts as agreed."""
        statements = self.search([("state", "in", ("sent", "agreed"))])
        silent = statements.filtered(
            lambda statement: (
                statement.state == "sent"
                and statement.deadline
                < self.env["parts.price"]._get_price_day(company=statement.company_id)
            )
        )
        silent._message_log_batch(
            bodies={
                statement.id: self.env._("Not answered in time, which counts as agreed.")
                for statement in silent
            }
        )
        (silent | statements.filtered(lambda statement: statement.state == "agreed")).write(
            {"state": "closed"}
        )
