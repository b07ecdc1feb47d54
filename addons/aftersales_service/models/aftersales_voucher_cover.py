# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# While a job is registered with its lines, they are asked once the job stands. A private object:
# nobody leaves the question out by RPC.
REGISTERING = object()

# What decides who pays the lines of a job.
COVER_FIELDS = frozenset(
    {
        "lot_id",
        "kind",
        "service_type",
        "service_type_reason",
        "fault_id",
        "meter_reading",
        "rework_free_labour",
    }
)


class AftersalesVoucher(models.Model):
    """Who pays what of a job, line by line, with the clause that decided (S2, S16)."""

    _inherit = "aftersales.voucher"

    cover_ids = fields.One2many(
        "aftersales.cover",
        "voucher_id",
        readonly=True,
        copy=False,
        help="Shares of the lines that are not the customer's alone.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Ask who pays the lines that jobs are registered with."""
        registering = self.with_context(aftersales_cover_later=REGISTERING)
        vouchers = super(AftersalesVoucher, registering).create(vals_list).with_env(self.env)
        # What comes in signed was signed with its cover.
        vouchers._propose_cover(signed=True)
        return vouchers

    def write(self, vals):
        """Ask again who pays, where what decides has changed; once, when all lines stand.

        As for lines: a signature counts for what is written beside it.
        """
        before = {voucher: voucher.service_type for voucher in self}
        asks = COVER_FIELDS.intersection(vals) or "line_ids" in vals
        later = self.with_context(aftersales_cover_later=REGISTERING) if asks else self
        result = super(AftersalesVoucher, later).write(vals)
        # The type also follows the unit's file.
        asked = self if asks else self.filtered(lambda v: v.service_type != before[v])
        asked._propose_cover(signed=bool(vals.get("signature")))
        return result

    # === BUSINESS METHODS === #

    def _propose_cover(self, signed=False):
        """Ask who pays the lines of open jobs; what was decided by hand stays (S2).

        Where the customer's share changes he agrees to, and signs, what it is now.

        :param bool signed: the customer signs for it in this very moment
        """
        # sudo: rows are nobody's to write; they follow from the unit's warranty, and the right
        # to what decides was checked where it was written.
        jobs = self.sudo().filtered(lambda voucher: not voucher._is_frozen())
        lines = jobs.line_ids
        if not lines:
            return
        undecided = lines.filtered(
            lambda line: not line._takes_cover() or not line.is_cover_decided
        )
        asked = undecided.filtered(lambda line: line._takes_cover())
        changed = undecided._set_cover(asked._get_cover_proposals())
        if changed:
            changed.voucher_id._take_back_agreement(signed)

    def _take_back_agreement(self, signed=False):
        """What the customer pays has changed: he is asked anew, and signs again."""
        self._take_back_estimate()
        if signed:
            return
        # The picture is read only where somebody may have signed.
        begun = self.filtered(lambda v: v.state != "registered" or v.signed_by)
        begun.filtered("signature")._write_step({"signature": False})

    def _get_cover_day(self):
        """Day that decides what is covered: that of the call, as for the type (S2)."""
        self.ensure_one()
        return self._get_company_date(self.registered_at)

    def _get_cover_meter(self):
        """Reading that decides: the job's, but never below the last one of the unit."""
        self.ensure_one()
        return max(self.meter_reading, self.lot_id.meter)

    def _get_warranty_refusal(self):
        """Why the unit's warranty is not asked at all, or an empty text. Hook: more reasons."""
        self.ensure_one()
        if not self.lot_id.sold_by_us:
            return self.env._("The unit was not sold by us")
        if self.service_type == "A" and self.proposed_service_type == "C":
            return self.env._(
                "Type A chosen by hand: %(reason)s", reason=self.service_type_reason or ""
            )
        return ""

    def _is_type_given(self):
        """Was a type that costs the customer nothing chosen against the unit's file?"""
        self.ensure_one()
        return self.service_type in ("B", "C") and self.service_type != self.proposed_service_type

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"cover_ids"}
