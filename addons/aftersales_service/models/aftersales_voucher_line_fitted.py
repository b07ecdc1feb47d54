# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesVoucherLine(models.Model):
    """Each part that is fitted has a warranty of its own: serial in, serial out (S26)."""

    _inherit = "aftersales.voucher.line"

    lot_in = fields.Many2one(
        "stock.lot",
        string="Serial Taken Out",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Lot or serial of the part that came out of the unit; the other one went in.",
    )
    is_genuine = fields.Boolean(
        compute="_compute_is_genuine",
        store=True,
        precompute=True,
        string="Genuine",
        help="The part is made or approved by the maker of the goods, as its file said when it "
        "was fitted.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "line_type")
    def _compute_is_genuine(self):
        """The product's flag; later changes of it do not rewrite what was fitted."""
        for line in self:
            line.is_genuine = line.line_type != "part" or line.product_id.aftersales_is_genuine

    # === CONSTRAINTS === #

    @api.constrains("lot_id", "lot_in")
    def _check_lot_in(self):
        for line in self:
            if line.lot_in and line.lot_in in (line.lot_id, line.voucher_id.lot_id):
                raise ValidationError(
                    self.env._(
                        "%(lot)s cannot be the old part on %(voucher)s: it is what goes in, or "
                        "the unit itself. Choose the serial of the part that came out.",
                        lot=line.lot_in.display_name,
                        voucher=line.voucher_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Another part that is not genuine: the customer is told anew."""
        lines = super().create(vals_list)
        lines.filtered(lambda line: not line.is_genuine).voucher_id._withdraw_nongenuine_notice()
        return lines

    def write(self, vals):
        """As on creation."""
        before = {line: line.product_id for line in self}
        result = super().write(vals)
        if "product_id" in vals:
            changed = self.filtered(
                lambda line: not line.is_genuine and before[line] != line.product_id
            )
            changed.voucher_id._withdraw_nongenuine_notice()
        return result

    # === BUSINESS METHODS === #

    def _get_fitted_part_cover(self):
        """Provider 20: a part that was fitted earlier has its own warranty (S26).

        It also holds when that of the unit is over.
        """
        takes = {}
        for voucher, lines in self.grouped("voucher_id").items():
            fitted = voucher.lot_id.entitlement_ids.filtered(lambda e: e.kind == "part")
            if not fitted:
                continue
            refusal = voucher._get_warranty_refusal()
            day, meter = voucher._get_cover_day(), voucher._get_cover_meter()
            for line in lines.filtered(lambda line: line.line_type == "part"):
                given = line._match_fitted_part(fitted)
                if not given:
                    continue
                take = given._refuse(refusal) if refusal else given._get_take(line, day, meter)
                takes[line] = [take]
        return takes

    def _match_fitted_part(self, fitted):
        """Which earlier part this line replaces: the one whose serial came out.

        A serial that we did not fit has no warranty of ours. Where none is named, the last part
        of the same product that was fitted is meant.

        :param fitted: aftersales.entitlement of parts in the unit
        :return: aftersales.entitlement, or none
        """
        self.ensure_one()
        same = fitted.filtered(
            lambda e: (
                e.active and e.part_product_id == self.product_id and e.voucher_line_id != self
            )
        ).sorted(lambda e: (e.date_start, e.id), reverse=True)
        name = self.lot_in.name or (self.old_serial or "").strip()
        if name and self.lot_in.product_id in (self.product_id, self.lot_in.product_id.browse()):
            same = same.filtered(lambda e: not e.part_lot_id or e.part_lot_id.name == name)
        elif self.lot_in:
            return same.browse()
        return same[:1]

    def _give_part_warranties(self):
        """Parts that were fitted get their own warranty; that of the parts they replace ends.

        :return: aftersales.entitlement, as superuser
        """
        # sudo: the job is done, its warranty follows from the policy; nobody enters one.
        parts = self.sudo().filtered(
            lambda line: line.line_type == "part" and line.voucher_id.lot_id
        )
        vals_list = []
        for company, lines in parts.grouped("company_id").items():
            policies = parts.env["aftersales.warranty.policy"]._get_policies(
                lines.product_id, company, kind="part"
            )
            for line in lines:
                out = line._match_fitted_part(line.voucher_id.lot_id.entitlement_ids)
                if out:
                    out._end(self.env._("Came out on %s.", line.voucher_id.display_name))
                if line.product_id in policies:
                    vals_list.append(
                        {
                            **policies[line.product_id]._prepare_entitlement_vals(),
                            **line._prepare_part_warranty_vals(),
                        }
                    )
        given = parts.env["aftersales.entitlement"]
        return given.create(vals_list) if vals_list else given

    def _prepare_part_warranty_vals(self):
        """Values of the warranty of the part on this line, beside its clauses."""
        self.ensure_one()
        voucher = self.voucher_id
        return {
            "kind": "part",
            "source": "job",
            "lot_id": voucher.lot_id.id,
            "date_start": voucher._get_company_date(voucher.done_at),
            "meter_start": voucher._get_cover_meter(),
            "part_product_id": self.product_id.id,
            "part_lot_id": self.lot_id.id,
            "voucher_line_id": self.id,
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"is_genuine"}
