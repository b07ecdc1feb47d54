# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..cover_share import HUNDRED, take_share, to_share

# Payers outside: a claim or an invoice goes to them by name.
NAMED_PAYERS = ("supplier", "insurer")
DECIDERS = "aftersales_service.group_service_supervisor,aftersales_service.group_service_manager"


class AftersalesVoucherLine(models.Model):
    """Decisions by hand on who pays a line."""

    _inherit = "aftersales.voucher.line"

    def _decide_cover(self, payer, share, reason, partner=None):
        """Decide by hand who pays lines; no proposal changes it any more (S2).

        Goodwill takes a share of what the customer would pay and leaves the other payers; any
        other payer takes a share of the whole line, and the rest is the customer's.

        :param str payer: ``goodwill``, ``customer``, ``maker``, ``supplier`` or ``insurer``
        :param float share: percent
        :param str reason: why; kept in the log
        :param partner: res.partner that pays, for makers, suppliers and insurers
        :raises AccessError: for whoever may not decide
        :raises UserError: without a reason or a partner, on a job that is done, beyond the limit
        """
        vouchers = self.voucher_id
        vouchers._check_decider()
        self._check_editable()
        self._check_shared()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason: who pays is not changed without one."))
        self._check_payer(payer, share, partner)
        # sudo: rows are nobody's to write; the right to decide was checked above.
        rows = self.sudo().cover_ids
        stamp = {"is_manual": True, "reason": reason, "decided_by_id": self.env.uid}
        vals_list = []
        for line in self:
            for sequence, vals in enumerate(line._prepare_decided_rows(payer, share, partner)):
                vals_list.append(
                    {"voucher_line_id": line.id, "sequence": sequence, **stamp, **vals}
                )
        rows.unlink()
        rows.create(vals_list)
        for voucher in vouchers:
            if any(row._is_given() for row in voucher.sudo().cover_ids) and not self.env.su:
                voucher._answer_for_goodwill(voucher)
            voucher._log_decision(self & voucher.line_ids, payer, share, reason)
        # sudo: the signature goes with what was signed, whoever had the right to decide.
        vouchers.sudo()._take_back_agreement()

    def _check_shared(self):
        """Internal work and repeated work have no payer to decide on."""
        for line in self:
            if not line._takes_cover():
                raise UserError(
                    self.env._(
                        "%(line)s on %(voucher)s costs nobody anything: there is no payer to "
                        "decide on.",
                        line=line.name,
                        voucher=line.voucher_id.display_name,
                    )
                )

    def _check_payer(self, payer, share, partner):
        """What may be decided by hand, and by whom."""
        if not 0 < share <= 100:
            raise UserError(self.env._("A payer has more than 0 and at most 100 percent."))
        if payer in NAMED_PAYERS and not partner:
            raise UserError(
                self.env._("Name who pays: a claim or an invoice needs somebody to send it to.")
            )
        if payer == "contract":
            raise UserError(
                self.env._("A contract pays what it includes: correct the contract instead.")
            )
        if payer in ("maker", *NAMED_PAYERS) and not (
            self.env.su or self.env.user.has_groups(DECIDERS)
        ):
            raise AccessError(
                self.env._(
                    "Only a service supervisor or a manager charges a maker, supplier or insurer "
                    "by hand: ask yours, or give goodwill within your limit."
                )
            )

    def _prepare_decided_rows(self, payer, share, partner):
        """Values of the rows of a decision."""
        self.ensure_one()
        # sudo: as in `_decide_cover`
        rows = self.sudo().cover_ids
        row = {"payer": payer, "payer_partner_id": partner.id if partner else False}
        kept, rest, asked = [], HUNDRED, HUNDRED
        stamp_fields = ("is_manual", "reason", "decided_by_id")
        if payer == "customer":
            return [{**row, "share": 100.0}]
        if payer == "goodwill":
            row["clause"] = self.env._("Goodwill")
            for old in rows.filtered(lambda r: r.payer not in ("customer", "goodwill")):
                # What a clause or an earlier decision said stays theirs.
                kept.append(
                    {
                        name: old._fields[name].convert_to_write(old[name], old)
                        for name in (*old._get_decided_fields(), *stamp_fields)
                        if name != "sequence"
                    }
                )
                rest -= to_share(old.share)
            asked = rest
        taken = take_share(asked, to_share(share))
        decided = [*kept, {**row, "share": float(taken)}] if taken else kept
        rest -= taken
        if rest:
            refusals = rows.filtered(lambda r: r.payer == "customer")[:1].clause
            decided.append({"payer": "customer", "share": float(rest), "clause": refusals})
        return decided
