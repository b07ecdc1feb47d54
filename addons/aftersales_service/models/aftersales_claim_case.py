# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..phone import get_digits, get_key


class AftersalesClaimCase(models.Model):
    """One unit with one fault on a claim: what the payer wants to know about it (S17).

    A claim per unit has one, a claim per payer or month has many.
    """

    _name = "aftersales.claim.case"
    _description = "Unit on a Claim"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "claim_id, id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, precompute=True)
    claim_state = fields.Selection(related="claim_id.state")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    partner_id = fields.Many2one(related="claim_id.partner_id", store=True, index=True)
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Job that was done; a dealer's claim has none.",
    )

    # The unit
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The unit's file. Without one nothing is claimed.",
    )
    serial = fields.Char(
        compute="_compute_serial", store=True, readonly=False, help="Serial number as claimed."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Model",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Model as claimed; the serial has to be one of its own.",
    )
    failed_on = fields.Date(string="Fault Reported", help="Day on which the fault was reported.")
    repaired_on = fields.Date(string="Repaired", help="Day on which the work was done.")
    meter = fields.Float(string="Meter Reading", aggregator=None, help="Reading at the repair.")
    fault_id = fields.Many2one(
        "aftersales.fault", string="Fault Code", index="btree_not_null", ondelete="restrict"
    )
    cause = fields.Text(help="Cause found and work done.")

    # The user
    user_partner_id = fields.Many2one(
        "res.partner",
        string="User in the File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who has the unit, by its file.",
    )
    user_name = fields.Char(help="Name of who has the unit. Corrections go to the user file.")
    user_phone = fields.Char(
        help="Phone on which the user is reached. Corrections go to the user file."
    )

    line_ids = fields.One2many("aftersales.claim.line", "case_id", string="Lines")
    check_ids = fields.One2many("aftersales.claim.check", "case_id", string="Checks", readonly=True)
    claimed_amount = fields.Monetary(compute="_compute_claimed_amount", string="Claimed")
    problem_text = fields.Text(
        string="Problems", compute="_compute_problem_text", help="What the checks have found."
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id")
    def _compute_serial(self):
        for case in self:
            case.serial = case.lot_id.name or case.serial

    @api.depends("line_ids.claimed_amount")
    def _compute_claimed_amount(self):
        for case in self:
            case.claimed_amount = sum(case.line_ids.mapped("claimed_amount"))

    @api.depends("check_ids.result")
    def _compute_problem_text(self):
        for case in self:
            failed = case.check_ids.filtered(lambda check: check.result == "failed")
            case.problem_text = "\n".join(failed.mapped("message"))

    @api.depends("serial", "product_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = " · ".join(
                filter(None, (case.serial, case.product_id.display_name))
            ) or self.env._("Unknown unit")

    # === CRUD METHODS === #

    def write(self, vals):
        """Correct what the payer is told, while the claim is a draft; the checks follow.

        A dealer's claim is corrected by our clerk until it is answered.

        :raises UserError: on a claim that was sent
        """
        if not self.env.su:
            for case in self:
                if not case._is_open():
                    case.claim_id._raise_frozen()
        result = super().write(vals)
        if not self.env.su and vals:
            self.claim_id._run_checks()
        return result

    def unlink(self):
        """Take units off a draft, with their lines."""
        if self.line_ids:
            self.line_ids.unlink()
        # A case goes with its last line.
        return super(AftersalesClaimCase, self.exists()).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for case in self:
            if case.claim_id.state != "draft":
                case.claim_id._raise_frozen()

    # === ACTIONS === #

    def action_open(self):
        """Open the case with its checks."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _is_open(self):
        """May the facts still be corrected?"""
        self.ensure_one()
        state = self.claim_id.state
        return state == "draft" or (self.claim_id.kind == "dealer" and state == "submitted")

    def _get_warranty(self):
        """First and last day, and highest meter reading, of the warranty that is claimed.

        The terms that decided the lines count; where none did, the unit's own warranty.

        :return: (date or False, date or False, float: 0 for no limit)
        """
        self.ensure_one()
        terms = self.line_ids.cover_id.term_id or self._get_unit_terms()
        starts = [term.entitlement_id.date_start for term in terms]
        ends = [term.date_end for term in terms]
        meters = [term.meter_end for term in terms if term.meter_end]
        lot = self.lot_id
        return (
            max(starts, default=lot.warranty_start),
            min(ends, default=lot.warranty_end),
            min(meters, default=0.0),
        )

    def _get_unit_terms(self):
        """Clauses of the unit's warranty that a dealer's claim stands on: one for each line."""
        self.ensure_one()
        terms = self.env["aftersales.entitlement.term"]
        entitlement = self.env["aftersales.entitlement"].search(
            [("lot_id", "=", self.lot_id.id), ("kind", "=", "unit")], limit=1
        )
        for line in self.line_ids if entitlement else ():
            terms |= entitlement._get_nearest_terms(line)[:1]
        return terms

    def _get_own_phones(self):
        """Numbers at which a dealer or our house is reached: no user is (S17)."""
        self.ensure_one()
        # sudo: the numbers are compared, not shown.
        case = self.sudo()
        dealers = case.claim_id.partner_id | case.lot_id.dealer_id
        dealers |= case.voucher_id.outlet_id.partner_id
        houses = dealers.commercial_partner_id | case.company_id.partner_id
        people = self.env["res.partner"].sudo().search([("id", "child_of", houses.ids)])
        # A dealer who keeps the machine himself is its user.
        people -= case.user_partner_id
        return {key for key in map(get_key, people.mapped("phone")) if key}

    @api.model
    def _is_phone_number(self, text):
        """Is it a number that somebody can be called on: 7 to 15 digits, not all the same?"""
        digits = get_digits(text)
        return 7 <= len(digits) <= 15 and len(set(digits)) > 1

    # === THE USER FILE === #

    def _update_user_file(self, at):
        """What the claim says about the user goes to the user file, and he is called (S17).

        An unknown user is filed, a name or phone that was corrected is written to him.

        :param datetime at: when it was confirmed
        """
        for case in self.filtered("lot_id"):
            changed = case._correct_user()
            day = case.company_id._get_aftersales_date(at)
            # sudo: a submitted claim confirms the user in the unit's file (S14).
            case.lot_id.sudo()._confirm_user(case.user_partner_id, day)
            if changed:
                case._queue_callback(at)

    def _correct_user(self):
        """Write name and phone to the user's file.

        :return: whether something was new
        :raises UserError: where the user is one of our own people
        """
        self.ensure_one()
        # sudo: claims clerks keep no partners; only name and phone of the unit's user are
        # written, and never those of somebody with a login of ours.
        case = self.sudo()
        told = {"name": (case.user_name or "").strip(), "phone": (case.user_phone or "").strip()}
        user = case.lot_id.user_partner_id
        if not user:
            case.user_partner_id = self.env["res.partner"].sudo().create(told)
            return True
        case.user_partner_id = user
        new = {name: value for name, value in told.items() if value and user[name] != value}
        if not new:
            return False
        if any(login._is_internal() for login in user.user_ids):
            raise UserError(
                self.env._(
                    "%(user)s works for us: enter the user of unit %(unit)s in its file first.",
                    user=user.display_name,
                    unit=case.lot_id.display_name,
                )
            )
        user.write(new)
        user._message_log(
            body=self.env._("Corrected by claim %(claim)s.", claim=case.claim_id.name)
        )
        return True

    def _queue_callback(self, at):
        """Somebody calls the user, so that the new name and phone are known to be right (S17).

        A job of ours goes to the queue of callbacks; a dealer's claim has none, so the call is
        entered in the register.
        """
        self.ensure_one()
        # sudo: claims clerks write on no jobs and register none.
        case = self.sudo()
        if case.voucher_id:
            case.voucher_id._queue_claim_callback(at)
            return
        self.env["aftersales.voucher"].sudo().create(case._prepare_call_vals())

    def _prepare_call_vals(self):
        """Values of the register's entry that asks to call the user of a dealer's claim."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "user_id": False,
            "kind": "guidance",
            "channel": "web",
            "lot_id": self.lot_id.id,
            "partner_id": self.user_partner_id.id,
            "phone": self.user_phone,
            "fault_description": self.env._(
                "Call the user: name and phone of %(unit)s were corrected by claim %(claim)s.",
                unit=self.lot_id.display_name,
                claim=self.claim_id.name,
            ),
        }

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "claim_id",
            "company_id",
            "partner_id",
            "voucher_id",
            "user_partner_id",
            "check_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the claim only. Use the buttons.")
