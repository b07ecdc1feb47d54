# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models

from ..cover_share import HUNDRED, take_share, to_share
from .aftersales_voucher_cover import REGISTERING

# What decides who pays a line; quantity and price move amounts, not shares.
COVER_FIELDS = frozenset({"line_type", "product_id", "operation_id", "lot_in", "old_serial"})


class AftersalesVoucherLine(models.Model):
    """Who pays a line: asked of a chain of providers, each for what the ones before left (S2)."""

    _inherit = "aftersales.voucher.line"

    cover_ids = fields.One2many(
        "aftersales.cover",
        "voucher_line_id",
        readonly=True,
        copy=False,
        help="Who pays which share of the line, and by which clause.",
    )
    cover_summary = fields.Char(
        string="Who Pays",
        compute="_compute_cover_summary",
        help="Payers with their shares and the clause that decided.",
    )
    cover_refusal = fields.Char(
        string="Not Covered Because",
        readonly=True,
        copy=False,
        help="Why nobody else than the customer pays the line.",
    )
    is_cover_decided = fields.Boolean(
        compute="_compute_is_cover_decided",
        string="Decided",
        help="Decided by hand: no proposal changes it any more.",
    )

    # === COMPUTE METHODS === #

    @api.depends("cover_ids.share", "cover_ids.payer")
    def _compute_amounts(self):
        """The customer pays his rows; a line without rows is charged as its job is."""
        result = super()._compute_amounts()
        for line in self.filtered("cover_ids"):
            line.amount_customer = line._get_cover_amount("customer") if line._is_charged() else 0.0
        return result

    @api.depends("cover_ids.share", "cover_ids.payer", "cover_ids.clause", "cover_refusal")
    def _compute_cover_summary(self):
        for line in self:
            # sudo: who sees the line sees who pays it.
            rows = line.sudo().cover_ids
            line.cover_summary = "; ".join(row._get_summary() for row in rows) or line.cover_refusal

    @api.depends("cover_ids.is_manual")
    def _compute_is_cover_decided(self):
        for line in self:
            # sudo: as above
            line.is_cover_decided = any(line.sudo().cover_ids.mapped("is_manual"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Ask who pays new lines."""
        lines = super().create(vals_list)
        if self.env.context.get("aftersales_cover_later") is not REGISTERING:
            lines.voucher_id._propose_cover()
        return lines

    def write(self, vals):
        """Ask again where what decides has changed."""
        result = super().write(vals)
        if COVER_FIELDS.intersection(vals):
            self.voucher_id._propose_cover()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_cover_providers(self):
        """Who is asked to pay, in which order: list of (sequence, method name). Hook: add yours.

        Each method is called on the lines of which something is left, and returns
        ``{line: [dict(payer, payer_partner_id, share, clause, …)]}`` with percent of the rest.
        A share of 0 is a refusal; its clause says why. What nobody takes is the customer's.
        """
        return [
            (20, "_get_fitted_part_cover"),
            (30, "_get_entitlement_cover"),
            (90, "_get_overruled_cover"),
        ]

    def _get_cover_proposals(self):
        """Ask the providers in turn.

        :return: dict {line: (list of values of rows, list of refusals)}
        """
        rest = dict.fromkeys(self, HUNDRED)
        rows, refusals = defaultdict(list), defaultdict(list)
        for sequence, name in sorted(self._get_cover_providers()):
            asked = self.filtered(lambda line: rest[line] > 0)
            if not asked:
                break
            for line, takes in getattr(asked, name)().items():
                for take in takes:
                    taken = take_share(rest[line], to_share(take.get("share")))
                    if not taken:
                        refusals[line].append(take["clause"])
                        continue
                    rows[line].append({**take, "share": float(taken), "sequence": sequence})
                    rest[line] -= taken
        for line in self:
            # A warranty job has a payer for every line: what is not covered is the customer's.
            if rest[line] and (rows[line] or line.voucher_id.service_type == "C"):
                rows[line].append(
                    {
                        "payer": "customer",
                        "share": float(rest[line]),
                        "clause": "; ".join(refusals[line]) or False,
                        "sequence": 100,
                    }
                )
        return {line: (rows[line], refusals[line]) for line in self}

    def _get_entitlement_cover(self):
        """Provider 30: the unit's warranty, on jobs of type C; on others only why not (S2, S16)."""
        takes = {}
        for voucher, lines in self.grouped("voucher_id").items():
            lot = voucher.lot_id
            if not lot or voucher.service_type not in ("A", "C"):
                continue
            refusal = voucher._get_warranty_refusal()
            day, meter = voucher._get_cover_day(), voucher._get_cover_meter()
            for line in lines:
                if refusal:
                    take = lot.entitlement_id._refuse(refusal)
                elif lot.entitlement_id:
                    take = lot.entitlement_id._get_take(line, day, meter)
                else:
                    take = lot._get_dates_take(day)
                if voucher.service_type == "C" or not take["share"]:
                    takes[line] = [take]
        return takes

    def _get_overruled_cover(self):
        """Provider 90: where C or B was chosen by hand, the company gives what nobody covers."""
        return {
            line: [
                {
                    "payer": "goodwill",
                    "share": 100.0,
                    "clause": line.env._(
                        "Type %(type)s chosen by hand: %(reason)s",
                        type=line.voucher_id.service_type,
                        reason=line.voucher_id.service_type_reason or "",
                    ),
                }
            ]
            for line in self
            if line.voucher_id._is_type_given()
        }

    def _get_cover_note(self):
        """What the customer reads beside a line: who else pays, by which clause, or why nobody.

        Reasons of decisions by hand are the company's own.

        :return: text, empty where there is nothing to say
        """
        self.ensure_one()
        # sudo: papers and the portal show it to whom they show the line.
        rows = self.sudo().cover_ids
        return "; ".join(row._get_summary() for row in rows) or self.sudo().cover_refusal or ""

    def _is_charged(self):
        """A line that is shared is charged where the customer has a share of it (S2)."""
        # sudo: who sees the line sees who pays it.
        rows = self.sudo().cover_ids
        if not rows or not self._takes_cover():
            return super()._is_charged()
        return "customer" in rows.mapped("payer")

    def _takes_cover(self):
        """Is there anything to share out? Not on internal work, nor where work is repeated."""
        self.ensure_one()
        return self.voucher_id.service_type != "D" and not self._is_free_rework()

    def _get_cover_amount(self, payer):
        """Sum of the rows of one payer, before tax, in the job's currency."""
        self.ensure_one()
        amounts = self.cover_ids._split(self)
        return sum(amount for row, amount in amounts.items() if row.payer == payer)

    def _set_cover(self, proposals):
        """Write what was proposed, where it differs from what stands.

        :param proposals: dict as ``_get_cover_proposals`` gives it; lines that are not in it lose
            their rows
        :return: lines whose payers have changed
        """
        cover = self.env["aftersales.cover"]
        changed, stale, vals_list = self.browse(), cover, []
        for line in self:
            rows, refusals = proposals.get(line, ((), ()))
            text = "; ".join(refusals) if refusals and not rows else False
            if (line.cover_refusal or False) != text:
                # As a computed value is written: this is no change of the work on the line.
                with self.env.protecting([self._fields["cover_refusal"]], line):
                    line.cover_refusal = text
            if line.cover_ids._differs(rows):
                changed += line
                stale += line.cover_ids
                vals_list += [{"voucher_line_id": line.id, **row} for row in rows]
        if stale:
            stale.unlink()
        if vals_list:
            cover.create(vals_list)
        return changed

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"cover_ids", "cover_refusal"}
