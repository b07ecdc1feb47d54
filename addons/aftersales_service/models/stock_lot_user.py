# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models

from .stock_lot import SERVICE_GROUPS


@dataclass(frozen=True)
class UserChange:
    """How a change of user was learnt. No RPC can hold one, so nobody forges a history."""

    day: date | None = None
    source: str = "manual"
    voucher_id: int | bool = False
    told_by: str | bool = False
    reason: str | bool = False


class StockLot(models.Model):
    """Who has the unit, and who had it (S14)."""

    _inherit = "stock.lot"

    unit_user_ids = fields.One2many(
        "aftersales.unit.user",
        "lot_id",
        string="Users",
        groups=SERVICE_GROUPS,
        help="Who had this unit from when to when.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Open unit files; their users begin a history."""
        lots = super().create(vals_list)
        known = lots.filtered("user_partner_id")
        if known:
            known._log_users({}, self._get_user_change())
        return lots

    def write(self, vals):
        """Another user on the file ends the history of the former one."""
        if "user_partner_id" not in vals:
            return super().write(vals)
        before = {lot: lot.user_partner_id for lot in self}
        result = super().write(vals)
        changed = self.filtered(lambda lot: lot.user_partner_id != before[lot])
        if changed:
            changed._log_users(before, self._get_user_change())
        return result

    def copy_data(self, default=None):
        """A new unit has no user yet, was not sold, and nothing covers it."""
        own = (
            *("user_partner_id", "user_confirmed_on", "sold_on", "warranty_start"),
            *("warranty_end", "contract_start", "contract_end"),
        )
        return super().copy_data({**dict.fromkeys(own, False), **(default or {})})

    def action_change_user(self):
        """Ask who has the unit now, since when and who told us (S14)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_unit_transfer_action"
        )
        action["context"] = {"default_lot_id": self.id}
        return action

    def action_view_unit_users(self):
        """Open the users of this unit, newest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_unit_user_action"
        )
        return {**action, "domain": [("lot_id", "=", self.id)], "context": {}}

    def _set_user(self, partner, day=None, source="manual", voucher=None, **details):
        """Write who has the unit now, with how we learnt it (S14).

        :param partner: res.partner
        :param date day: since when; today by default
        :param str source: see ``aftersales.unit.user``
        :param details: ``told_by``, ``reason``
        :raises ValidationError: when the former user got it after that day
        """
        change = UserChange(
            day=day, source=source, voucher_id=voucher.id if voucher else False, **details
        )
        return self.with_context(aftersales_user_change=change).write(
            {"user_partner_id": partner.id}
        )

    def _confirm_user(self, partner, day, voucher=None):
        """Note that a job met this user at this unit; fill an unknown user (S14).

        A different user is not overwritten: who pays a job need not be who has the unit. The
        hotline says so by Change User, on the unit or on the job.
        """
        for lot in self:
            if not lot.user_partner_id:
                lot._set_user(partner, day, "service", voucher)
            if lot.user_partner_id == partner:
                lot.user_confirmed_on = day

    def _get_user_change(self):
        change = self.env.context.get("aftersales_user_change")
        return change if isinstance(change, UserChange) else UserChange()

    def _log_users(self, before, change):
        """End the history of former users and begin that of the present ones.

        :param dict before: {lot: former res.partner}
        """
        # sudo: the history follows the file, whoever may write that.
        rows = self.env["aftersales.unit.user"].sudo()
        open_rows = rows.search([("lot_id", "in", self.ids), ("date_to", "=", False)])
        by_lot = open_rows.grouped("lot_id")
        vals_list = []
        for lot in self:
            day = change.day or lot._get_file_today()
            former = by_lot.get(lot.sudo(), rows)
            former.date_to = day
            if not former and before.get(lot):
                since = min(lot.sold_on or day, day)
                vals_list.append(lot._prepare_unit_user_vals(before[lot], since, date_to=day))
            if lot.user_partner_id:
                if not before and not change.day:
                    day = min(lot.sold_on or lot.warranty_start or day, day)
                vals_list.append(
                    lot._prepare_unit_user_vals(
                        lot.user_partner_id,
                        day,
                        source=change.source,
                        voucher_id=change.voucher_id,
                        told_by=change.told_by,
                        reason=change.reason,
                    )
                )
        # The database wants one open row at a time, also between two statements.
        open_rows.flush_recordset(["date_to"])
        rows.create(vals_list)

    def _prepare_unit_user_vals(self, partner, day, **values):
        """Values of a row of the history. Hook."""
        self.ensure_one()
        return {"lot_id": self.id, "partner_id": partner.id, "date_from": day, **values}
