# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..cover_share import to_share


class AftersalesVoucher(models.Model):
    """Who pays, decided by hand: with a reason, and within what a role may give away (S2)."""

    _inherit = "aftersales.voucher"

    goodwill_user_id = fields.Many2one(
        "res.users",
        string="Goodwill By",
        readonly=True,
        copy=False,
        help="Who answers for what the company gives away on this job; his limit holds for it.",
    )
    amount_given = fields.Monetary(
        compute="_compute_amount_given",
        string="Given Away",
        help="What the company gives away on the job, before tax.",
    )

    # === COMPUTE METHODS === #

    @api.depends("cover_ids.amount", "cover_ids.payer")
    def _compute_amount_given(self):
        for voucher in self:
            # sudo: who sees the job sees what is given.
            rows = voucher.sudo().cover_ids.filtered(lambda row: row._is_given())
            voucher.amount_given = sum(rows.mapped("amount"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A free type that is chosen against the unit's file is goodwill: within limits."""
        vouchers = super().create(vals_list)
        if not self.env.su:
            vouchers._answer_for_goodwill(vouchers.filtered(lambda v: v._is_type_given()))
        return vouchers

    def write(self, vals):
        """As on creation."""
        result = super().write(vals)
        if not self.env.su and "service_type" in vals:
            self._answer_for_goodwill(self.filtered(lambda v: v._is_type_given()))
        return result

    # === ACTIONS === #

    def action_decide_cover(self):
        """Open the dialogue in which somebody decides who pays."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_cover_decision_action"
        )
        action["context"] = {
            "default_voucher_id": self.id,
            "default_line_ids": self.line_ids.ids,
        }
        return action

    def action_propose_cover(self):
        """Drop what was decided by hand and ask anew who pays.

        :raises UserError: when the job is done
        """
        self._check_decider()
        for voucher in self.filtered(lambda v: any(v.cover_ids.mapped("is_manual"))):
            voucher.line_ids._check_editable()
            # sudo: rows are nobody's to write; the right to decide was checked.
            rows = voucher.sudo().cover_ids
            rows.filtered("is_manual").voucher_line_id.cover_ids.unlink()
            voucher.message_post(
                body=self.env._("Who pays was proposed anew; decisions by hand were dropped."),
                subtype_xmlid="mail.mt_note",
            )
        self._propose_cover()
        return True

    # === STEPS === #

    def _done(self, at=None):
        """What was added since goodwill was given counts against the limit as well.

        :raises UserError: when more is given than the person who answers for it may
        """
        for voucher in self.filtered("goodwill_user_id"):
            voucher._check_goodwill(voucher.goodwill_user_id)
        return super()._done(at=at)

    # === BUSINESS METHODS === #

    def _answer_for_goodwill(self, given):
        """The user answers for what is given away on jobs.

        :param given: vouchers on which something is given
        :raises UserError: when it is more than he may
        """
        for voucher in given:
            voucher._check_goodwill(self.env.user)
        # sudo: written for whoever decides; he need not be a clerk.
        given.sudo()._write_step({"goodwill_user_id": self.env.uid})

    def _check_goodwill(self, user):
        """A role has its limits, in percent of a line and in money on a job.

        Where a type was chosen by hand (S2) the money alone counts.

        :raises UserError: naming who may give more
        """
        self.ensure_one()
        limit = self.company_id._get_goodwill_limit(user)
        if limit is None:
            return
        percent, amount = limit
        # sudo: as in `_compute_amount_given`
        rows = self.sudo().cover_ids.filtered(lambda row: row._is_given())
        highest = max(rows.filtered("is_manual").mapped("share"), default=0.0)
        currency = self.company_id.currency_id
        total = (self.currency_id or currency)._convert(
            self.amount_given, currency, self.company_id, self._get_cover_day()
        )
        if to_share(highest) <= to_share(percent) and currency.compare_amounts(total, amount) <= 0:
            return
        raise UserError(
            self.env._(
                "%(user)s may give at most %(percent)s %% of a line and %(amount)s on a job; on "
                "%(voucher)s it would be %(highest)s %% and %(total)s. %(advice)s",
                user=user.name,
                percent=f"{percent:g}",
                amount=currency.format(amount),
                voucher=self.display_name,
                highest=f"{highest:g}",
                total=currency.format(total),
                advice=self._get_goodwill_advice(user),
            )
        )

    def _get_goodwill_advice(self, user):
        """Whom to ask for more."""
        # sudo: limits of the company are told in a refusal, nothing else of it.
        company = self.company_id.sudo()
        if not user.has_group("aftersales_service.group_service_supervisor"):
            return self.env._(
                "Ask a service supervisor (up to %(percent)s %% and %(amount)s) or a manager of "
                "the department.",
                percent=f"{company.aftersales_goodwill_supervisor_percent:g}",
                amount=company.currency_id.format(company.aftersales_goodwill_supervisor_amount),
            )
        return self.env._("Ask a manager of the department.")

    def _check_decider(self):
        """Clerks decide who pays, supervisors and managers too; technicians do not.

        :raises AccessError: naming who to ask
        """
        groups = "aftersales_service.group_service_clerk,aftersales_service.group_service_manager"
        if not (self.env.su or self.env.user.has_groups(groups)):
            raise AccessError(
                self.env._(
                    "Who pays a job is decided by the hotline and its managers: ask them, with "
                    "the reason."
                )
            )
        self.check_access("read")

    def _log_decision(self, lines, payer, share, reason):
        """Who decided what, and why, stays in the log of the job."""
        self.ensure_one()
        payers = dict(
            self.env["aftersales.cover"]._fields["payer"]._description_selection(self.env)
        )
        self.message_post(
            body=self.env._(
                "%(payer)s pays %(share)s %% of %(lines)s: %(reason)s",
                payer=payers[payer],
                share=f"{100.0 if payer == 'customer' else share:g}",
                lines=", ".join(lines.mapped("name")),
                reason=reason,
            ),
            subtype_xmlid="mail.mt_note",
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"goodwill_user_id"}
