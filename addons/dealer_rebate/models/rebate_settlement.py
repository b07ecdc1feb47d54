# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date


class RebateSettlement(models.Model):
    """One run of an agreement for one period, from the computation to posted credit notes.

    It pays what is earned to date less what was settled to date, for its own period and for every
    other period of the agreement that was settled before. So an interim settlement, a second run
    and late documents never pay twice (R12, R14). Amounts are in the agreement's currency.
    """

    _name = "rebate.settlement"
    _description = "Rebate Settlement"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, run desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    agreement_id = fields.Many2one(
        "rebate.agreement",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('state', '=', 'active')]",
        help="The agreement that is settled.",
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id", store=True)
    date_to = fields.Date(
        string="Cut-Off",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Last invoice date that counts. The period's end, or an earlier day for an interim "
        "settlement: the next one pays the difference.",
    )
    date_from = fields.Date(
        string="Period Start",
        compute="_compute_period",
        store=True,
        precompute=True,
        help="First day of the agreement's period around the cut-off.",
    )
    period_end = fields.Date(
        compute="_compute_period", store=True, precompute=True, help="Last day of that period."
    )
    is_interim = fields.Boolean(
        string="Interim",
        compute="_compute_period",
        store=True,
        precompute=True,
        help="The cut-off lies before the end of the period.",
    )
    run = fields.Integer(
        compute="_compute_run",
        store=True,
        precompute=True,
        help="Counts the settlements of the same period.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("computed", "Computed"),
            ("reviewed", "Reviewed"),
            ("posting", "Posting"),
            ("posted", "Posted"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        help="Computed: lines can be checked. Reviewed: ready for the accountant. Posting: credit "
        "notes are being posted in chunks. Posted: paid or carried; nothing changes any more.",
    )
    posting_date = fields.Date(
        string="Credit Note Date",
        tracking=True,
        copy=False,
        help="Date of the credit notes. Empty: the day of posting.",
    )
    line_ids = fields.One2many("rebate.settlement.line", "settlement_id", string="Lines")
    computed_on = fields.Datetime(readonly=True, copy=False)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    posted_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Who gave the order to post."
    )
    posted_on = fields.Datetime(readonly=True, copy=False)
    posting_chunk = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the chunks posted. It is written first in each of them: of two people who "
        "post at once the second one fails and finds nothing left to do.",
    )
    posting_error = fields.Text(
        readonly=True, copy=False, help="Why the scheduled posting stopped."
    )
    dealer_count = fields.Integer(compute="_compute_figures")
    open_dealer_count = fields.Integer(
        string="Dealers to Post", compute="_compute_figures", help="Dealers not yet posted."
    )
    credit_note_count = fields.Integer(compute="_compute_figures")
    progress = fields.Integer(
        compute="_compute_figures", help="Share of the dealers that are posted, in percent."
    )
    amount_payable = fields.Monetary(
        compute="_compute_figures", help="Sum of what is paid to dealers, without tax."
    )
    amount_carried = fields.Monetary(
        compute="_compute_figures", help="Negative balances, carried to the next settlement."
    )

    _run_once = models.UniqueIndex(
        "(agreement_id, date_from, run)", "This run of the period exists already."
    )
    _open_once = models.UniqueIndex(
        "(agreement_id) WHERE state NOT IN ('posted', 'cancel')",
        "The agreement has an open settlement already: post or cancel it first, because what it "
        "pays decides what the next one has to pay.",
    )

    # ------------------------------------------------------------------
    # Computes and constraints
    # ------------------------------------------------------------------

    @api.depends("agreement_id.name", "date_from", "date_to", "run")
    def _compute_name(self):
        for settlement in self:
            if not (settlement.agreement_id and settlement.date_from):
                settlement.name = False
                continue
            label = settlement.agreement_id._get_period_label(settlement.date_from)
            run = f" / {settlement.run}" if settlement.run > 1 else ""
            settlement.name = f"{settlement.agreement_id.name} {label}{run}"

    @api.depends("agreement_id")
    def _compute_date_to(self):
        for settlement in self:
            if settlement.agreement_id and not settlement.date_to:
                settlement.date_to = settlement.agreement_id._get_next_cutoff()

    @api.depends("agreement_id", "date_to")
    def _compute_period(self):
        for settlement in self:
            start = end = False
            if settlement.agreement_id and settlement.date_to:
                start, end = settlement.agreement_id._get_period_bounds(settlement.date_to)
            settlement.date_from = start
            settlement.period_end = end
            settlement.is_interim = bool(end and settlement.date_to < end)

    @api.depends("agreement_id", "date_from")
    def _compute_run(self):
        for settlement in self:
            settlement.run = settlement._get_next_run() if settlement.date_from else 1

    @api.depends("line_ids.state", "line_ids.amount", "line_ids.is_carried")
    def _compute_figures(self):
        totals = {}
        for settlement, state, carried, dealers, notes, amount in self.env[
            "rebate.settlement.line"
        ]._read_group(
            [("settlement_id", "in", self.ids)],
            ["settlement_id", "state", "is_carried"],
            ["partner_id:count_distinct", "credit_note_id:count_distinct", "amount:sum"],
        ):
            row = totals.setdefault(settlement.id, dict.fromkeys(("all", "open", "notes"), 0))
            row["all"] += dealers
            row["open"] += dealers if state == "draft" else 0
            row["notes"] += notes
            row["carried" if carried else "payable"] = (
                row.get("carried" if carried else "payable", 0.0) + amount
            )
        for settlement in self:
            row = totals.get(settlement.id, {})
            settlement.dealer_count = row.get("all", 0)
            settlement.open_dealer_count = row.get("open", 0)
            settlement.credit_note_count = row.get("notes", 0)
            settlement.amount_payable = row.get("payable", 0.0)
            settlement.amount_carried = row.get("carried", 0.0)
            done = settlement.dealer_count - settlement.open_dealer_count
            settlement.progress = 100 * done // settlement.dealer_count if row else 0

    @api.constrains("agreement_id", "date_to")
    def _check_cutoff(self):
        for settlement in self:
            agreement = settlement.agreement_id
            if settlement.date_to < agreement.date_start or (
                agreement.date_end and settlement.date_to > agreement.date_end
            ):
                raise ValidationError(
                    self.env._(
                        "%(date)s lies outside the dates of %(agreement)s. Choose a cut-off "
                        "inside them.",
                        date=format_date(self.env, settlement.date_to),
                        agreement=agreement.name,
                    )
                )
            settlement._check_cutoff_not_before_settled()

    def _check_cutoff_not_before_settled(self):
        self.ensure_one()
        later = self.search(
            [
                ("agreement_id", "in", self.agreement_id._get_versions().ids),
                ("date_from", "=", self.date_from),
                ("date_to", ">", self.date_to),
                ("state", "=", "posted"),
            ],
            limit=1,
        )
        if later:
            raise ValidationError(
                self.env._(
                    "%(name)s is settled until %(date)s already. Choose that day or a later one.",
                    name=self.name,
                    date=format_date(self.env, later.date_to),
                )
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._get_process_fields() & set(vals) for vals in vals_list):
            raise AccessError(
                self.env._("A settlement starts as a draft. Use its buttons to go on from there.")
            )
        settlements = super().create(vals_list)
        settlements._claim_agreements()
        for settlement in settlements:
            settlement._check_agreement_active()
        return settlements

    def write(self, vals):
        if not self.env.su and self._get_process_fields() & set(vals):
            raise AccessError(
                self.env._("Use the buttons of the settlement to move it on, not its fields.")
            )
        if {"agreement_id", "date_to"} & set(vals) and any(s.state != "draft" for s in self):
            raise UserError(
                self.env._(
                    "Period and agreement are fixed once a settlement is computed. Cancel it and "
                    "create another one."
                )
            )
        if "posting_date" in vals and not self.env.su:
            for settlement in self:
                settlement._check_state("draft", "computed", "confirm", "reviewed")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        for settlement in self:
            if settlement.state not in ("draft", "cancel") or settlement.line_ids.credit_note_id:
                raise UserError(
                    self.env._(
                        "%(name)s has been computed. Cancel it instead of deleting it.",
                        name=settlement.name,
                    )
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_compute(self):
        """Compute the lines anew from today's documents; lines already posted stay (R12, R14).

        :raise UserError: when an exchange rate is missing or the settlement is finished
        """
        self.check_access("write")
        for settlement in self:
            settlement._check_state("draft", "computed", "confirm", "reviewed", "posting")
            # sudo: lines and ledger have no write access for anyone; this is where they are made.
            settlement.sudo()._compute_lines()

    def action_review(self):
        """Release computed settlements for posting. For rebate managers."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("dealer_rebate.group_rebate_manager"):
            raise AccessError(
                self.env._("Only a rebate manager can release a settlement for posting.")
            )
        for settlement in self:
            settlement._check_reviewable()
            # sudo: the right was checked above; the state only changes through these methods.
            settlement.sudo().write({"state": "reviewed", "reviewed_by_id": self.env.uid})

    def action_cancel(self):
        """Cancel settlements of which nothing was posted."""
        self.check_access("write")
        for settlement in self:
            settlement._check_state("draft", "computed", "confirm", "reviewed", "posting")
            if any(line.state != "draft" for line in settlement.line_ids):
                raise UserError(
                    self.env._(
                        "Credit notes of %(name)s are posted: it cannot be cancelled. What is "
                        "wrong is corrected by the next settlement.",
                        name=settlement.name,
                    )
                )
            # sudo: as in action_review; the lines go, because they pay nothing.
            settlement.sudo().line_ids.unlink()
            settlement.sudo().write({"state": "cancel"})

    def action_view_lines(self):
        """Open the lines of this settlement as list, pivot and graph."""
        return self._action_of("dealer_rebate.rebate_settlement_line_action", "settlement_id")

    def action_view_allocations(self):
        """Open the invoice lines behind this settlement."""
        return self._action_of("dealer_rebate.rebate_allocation_action", "settlement_id")

    def action_view_credit_notes(self):
        """Open the credit notes of this settlement."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_refund_type"
        )
        action["domain"] = [("id", "in", self.line_ids.credit_note_id.ids)]
        action["context"] = {"default_move_type": "out_refund", "create": False}
        return action

    def action_print_statements(self):
        """Print the statements of all dealers, one page each."""
        return self.line_ids.action_print_statement()

    def _action_of(self, xmlid, field):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [(field, "in", self.ids)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | self._get_process_fields()

    @api.model
    def _get_process_fields(self):
        """Fields that only the business methods write."""
        return {
            "state",
            "date_from",
            "period_end",
            "is_interim",
            "run",
            "computed_on",
            "reviewed_by_id",
            "posted_by_id",
            "posted_on",
            "posting_chunk",
            "posting_error",
        }

    def _get_next_run(self):
        self.ensure_one()
        ((last,),) = self._read_group(
            [
                ("agreement_id", "=", self.agreement_id.id),
                ("date_from", "=", self.date_from),
                ("id", "!=", self._origin.id),
            ],
            aggregates=["run:max"],
        )
        return (last or 0) + 1

    def _check_agreement_active(self):
        self.ensure_one()
        if self.agreement_id.state != "active":
            raise UserError(
                self.env._(
                    "%(name)s is not active. Activate the agreement before settling it.",
                    name=self.agreement_id.name,
                )
            )

    def _check_reviewable(self):
        """Raise unless it can be released for posting. For extension."""
        self._check_state("computed")

    def _claim_agreements(self):
        """Take the agreements for this transaction by writing them, as in :meth:`_claim`.

        Who closes, follows or takes back an agreement in the same moment waits, is retried by
        Odoo, and then sees the settlement that is open.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE rebate_agreement SET state = state WHERE id IN %s",
                tuple(self.agreement_id.ids) or (0,),
            )
        )

    def _claim(self):
        """Take the settlement for this transaction by writing its counter.

        Reading and then locking is not enough under REPEATABLE READ. Writing is: who comes second
        gets a serialization failure, is retried by Odoo, and then sees what the first one did.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE rebate_settlement SET posting_chunk = COALESCE(posting_chunk, 0) + 1 "
                "WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset()
