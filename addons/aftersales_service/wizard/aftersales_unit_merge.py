# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.aftersales_voucher import OPEN_STATES
from ..models.stock_lot_user import UserChange

# What stays with the file that goes, where the other one has the same already.
ONE_OF_A_KIND = {
    "aftersales.entitlement": "active",
    "aftersales.registration": "state IN ('waiting', 'confirmed')",
}


class AftersalesUnitMerge(models.TransientModel):
    """Merges two files of one unit (S14): what happened to it stands on one of them afterwards.

    Two spellings of a serial, or a file that was opened for an unknown serial and turned out to be
    a unit of ours. The emptied file stays, with a note where everything went.
    """

    _name = "aftersales.unit.merge"
    _description = "Merge Two Unit Files"

    lot_id = fields.Many2one(
        "stock.lot",
        string="File That Goes",
        required=True,
        ondelete="cascade",
        help="File whose jobs, readings and papers move.",
    )
    kept_id = fields.Many2one(
        "stock.lot",
        string="File That Stays",
        required=True,
        ondelete="cascade",
        domain="[('id', '!=', lot_id), ('merged_into_id', '=', False)]",
        help="File that has everything afterwards.",
    )
    reason = fields.Char(required=True, help="How we know that it is the same unit.")

    def action_merge(self):
        """Move everything to the file that stays.

        :raises UserError: for two models, two serials, or stock that lies on the file
        """
        self.ensure_one()
        self.env["aftersales.voucher"]._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor merges unit files: ask yours."),
        )
        self._check_mergeable()
        # sudo: the supervisor's right was asked; what moves belongs to many departments.
        lot, kept = self.lot_id.sudo(), self.kept_id.sudo()
        self._close_history(lot, kept)
        self.env.flush_all()
        for model, field in self._get_links():
            self._move(model, field)
        self.env.invalidate_all()
        self._check_moved(kept)
        lot.merged_into_id = kept
        self._leave_notes(lot, kept)
        form = self.env.ref("aftersales_service.stock_lot_view_form_unit")
        return self.kept_id._get_records_action(views=[(form.id, "form")])

    def _check_mergeable(self):
        lot, kept = self.lot_id, self.kept_id
        names = {"lot": lot.display_name, "kept": kept.display_name}
        if lot == kept or lot.merged_into_id or kept.merged_into_id:
            raise UserError(
                self.env._(
                    "%(lot)s and %(kept)s are merged already, or one and the same: choose two "
                    "files that still stand.",
                    **names,
                )
            )
        if lot.product_id != kept.product_id and not lot._is_foreign():
            raise UserError(
                self.env._(
                    "%(lot)s is a %(model)s and %(kept)s a %(other)s: files of two models are not "
                    "merged. Correct the model first, or keep the file of the unit of ours.",
                    model=lot.product_id.display_name,
                    other=kept.product_id.display_name,
                    **names,
                )
            )
        unreadable = lot.is_own_number or kept.is_own_number
        if not unreadable and lot._get_serial_key() != kept._get_serial_key():
            raise UserError(
                self.env._(
                    "%(lot)s and %(kept)s have two serials: correct the wrong one first, then "
                    "merge.",
                    **names,
                )
            )
        # sudo: whether something lies there decides, not what.
        if lot.sudo().quant_ids.filtered(lambda quant: quant.location_id.usage == "internal"):
            raise UserError(
                self.env._(
                    "%(lot)s lies in our stock by its file: ask the storekeeper to move it out "
                    "before the files are merged.",
                    **names,
                )
            )

    def _close_history(self, lot, kept):
        """One user of today: that of the file that stays."""
        day = lot._get_file_today()
        if not kept.user_partner_id and lot.user_partner_id:
            kept.with_context(
                aftersales_user_change=UserChange(day=day, reason=self.reason)
            ).user_partner_id = lot.user_partner_id
        lot.unit_user_ids.filtered(lambda row: not row.date_to).date_to = day

    def _get_links(self):
        """Fields of ours that name a unit: (model, field). Stock's own papers stay. Hook."""
        links = []
        for model in self.env.registry.values():
            if model._name.startswith("aftersales.") and model._auto and not model._transient:
                links += [
                    (model._name, field.name)
                    for field in model._fields.values()
                    if field.type == "many2one"
                    and field.comodel_name == "stock.lot"
                    and field.store
                    and not field.related
                    and field.name != "merged_into_id"
                ]
        return links

    def _move(self, model, field):
        """Links from one file to the other, in one statement; frozen jobs keep their papers."""
        lot, kept = self.lot_id, self.kept_id
        table = self.env[model]._table
        parameters = {
            "table": SQL.identifier(table),
            "field": SQL.identifier(field),
            "kept": kept.id,
            "lot": lot.id,
        }
        once = ONE_OF_A_KIND.get(model)
        if once:
            found = self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %(table)s WHERE %(field)s = %(kept)s AND %(once)s LIMIT 1",
                    once=SQL(once),
                    **parameters,
                )
            )
            if found:
                return
        self.env.cr.execute(
            SQL("UPDATE %(table)s SET %(field)s = %(kept)s WHERE %(field)s = %(lot)s", **parameters)
        )
        if model == "aftersales.voucher" and field == "lot_id":
            # Open jobs follow the model; signed ones say what was signed.
            self.env.cr.execute(
                SQL(
                    "UPDATE aftersales_voucher SET product_id = %s WHERE lot_id = %s"
                    " AND state IN %s",
                    kept.product_id.id,
                    kept.id,
                    OPEN_STATES,
                )
            )

    @api.model
    def _check_moved(self, kept):
        """Readings and policies of both files must go together.

        :raises UserError: naming what contradicts
        """
        rows = kept.meter_reading_ids.sorted(lambda row: (row.date, row.id))
        rows[:1]._settle_all()
        kept.insurance_policy_ids._check_overlap()

    def _leave_notes(self, lot, kept):
        for one, text, other in (
            (lot, self.env._("Merged into"), kept),
            (kept, self.env._("Has everything of"), lot),
        ):
            one._message_log(
                body=Markup("<p>%s %s: %s</p>") % (text, other._get_html_link(), self.reason)
            )
