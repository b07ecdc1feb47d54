# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

CLAIMED_PAYERS = ("maker", "supplier")


class AftersalesCover(models.Model):
    """What makers and suppliers pay of a job's lines is claimed from them (S17)."""

    _inherit = "aftersales.cover"

    claim_line_ids = fields.One2many("aftersales.claim.line", "cover_id", readonly=True)
    claim_id = fields.Many2one(
        "aftersales.claim",
        compute="_compute_claim_id",
        help="Claim on which this share stands.",
    )
    done_at = fields.Datetime(related="voucher_id.done_at", string="Job Done")

    # === COMPUTE METHODS === #

    @api.depends("claim_line_ids.is_live")
    def _compute_claim_id(self):
        for cover in self:
            cover.claim_id = cover.claim_line_ids.filtered("is_live")[:1].claim_id

    # === ACTIONS === #

    def action_make_claims(self):
        """Make claims of these shares and open them.

        :raises UserError: when nothing is to be claimed
        """
        claims = self._make_claims()
        return claims._get_records_action(name=self.env._("Claims"))

    # === BUSINESS METHODS === #

    @api.model
    def _get_claimable_domain(self):
        """Shares that somebody outside pays, of jobs that are done, on no live claim."""
        return (
            Domain("payer", "in", CLAIMED_PAYERS)
            & Domain("payer_partner_id", "!=", False)
            & Domain("voucher_id.state", "in", ("done", "closed"))
            & Domain("claim_line_ids", "not any", [("is_live", "=", True)])
            & Domain("amount", ">", 0)
        )

    def _make_claims(self):
        """Put these shares on claims: as each payer wants it, on his open draft where it fits.

        :return: aftersales.claim
        :raises AccessError: for who is no claims clerk
        :raises UserError: when nothing is to be claimed
        """
        claims = self.env["aftersales.claim"]
        claims._check_clerk()
        found = self.search(Domain("id", "in", self.ids) & self._get_claimable_domain())
        if not found:
            raise UserError(
                self.env._(
                    "There is nothing to claim here: a share is claimed once, from a maker or "
                    "supplier outside, after the job is done."
                )
            )
        # sudo: claims, their cases and lines are made by this step only; the shares were found
        # with the user's own rights.
        groups = found.sudo().grouped(lambda cover: cover._get_claim_key())
        claims = claims.sudo()
        drafts = claims._find_drafts(groups)
        fresh = claims.create(
            [covers._prepare_claim_vals(key) for key, covers in groups.items() if key not in drafts]
        )
        drafts.update(zip((key for key in groups if key not in drafts), fresh, strict=True))
        by_claim = {drafts[key]: covers for key, covers in groups.items()}
        self._add_claim_lines(by_claim)
        made = claims.union(*by_claim)
        made._run_checks()
        return made.with_env(self.env)

    @api.model
    def _add_claim_lines(self, by_claim):
        """Cases and lines of claims, a batch of each.

        :param dict by_claim: {claim: shares}
        """
        cases = {
            (case.claim_id, case.voucher_id): case for claim in by_claim for case in claim.case_ids
        }
        wanted = [
            (claim, voucher)
            for claim, covers in by_claim.items()
            for voucher in covers.voucher_id
            if (claim, voucher) not in cases
        ]
        created = (
            self.env["aftersales.claim.case"]
            .sudo()
            .create(
                [
                    {"claim_id": claim.id, **voucher._prepare_claim_case_vals()}
                    for claim, voucher in wanted
                ]
            )
        )
        cases.update(zip(wanted, created, strict=True))
        self.env["aftersales.claim.line"].sudo().create(
            [
                cover._prepare_claim_line_vals(cases[claim, cover.voucher_id])
                for claim, covers in by_claim.items()
                for cover in covers
            ]
        )

    def _get_claim_currency(self):
        """Currency in which the payer takes claims."""
        self.ensure_one()
        return self.payer_partner_id.aftersales_claim_currency_id or self.company_id.currency_id

    def _get_claim_key(self):
        """What goes on one claim: (company, payer, currency, key of unit or month) (S17)."""
        self.ensure_one()
        payer, voucher = self.payer_partner_id, self.voucher_id
        grouping = payer.aftersales_claim_grouping or "unit"
        key = "payer"
        if grouping == "unit":
            key = f"unit {voucher.lot_id.id}" if voucher.lot_id else f"job {voucher.id}"
        elif grouping == "month":
            key = f"{voucher._get_company_date(voucher.done_at):%Y-%m}"
        return self.company_id, payer, self._get_claim_currency(), key

    def _prepare_claim_vals(self, key):
        """Values of a claim for shares that agree in their key."""
        company, payer, currency, batch_key = key
        return {
            "kind": "recovery",
            "company_id": company.id,
            "partner_id": payer.id,
            "currency_id": currency.id,
            "batch_key": batch_key,
            "user_id": self.env.uid,
        }

    def _prepare_claim_line_vals(self, case):
        """Values of the claim's line for one share.

        :param case: aftersales.claim.case
        """
        self.ensure_one()
        line = self.voucher_line_id
        return {
            "claim_id": case.claim_id.id,
            "case_id": case.id,
            "cover_id": self.id,
            "voucher_line_id": line.id,
            "line_type": line.line_type,
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": line.quantity,
            "share": self.share,
            "clause": self.clause,
            "claimed_amount": self._get_claimed_amount(case.claim_id.currency_id),
        }

    def _get_claimed_amount(self, currency):
        """The share in the claim's currency, at the rate of the day on which the job was done.

        :raises UserError: when no rate was entered: it is never taken for 1
        """
        self.ensure_one()
        day = self.voucher_id._get_company_date(self.voucher_id.done_at)
        company = self.company_id
        for one in (self.currency_id, currency) if self.currency_id != currency else ():
            known = one == company.currency_id or one.rate_ids.filtered(
                lambda rate: (
                    rate.company_id in (company.root_id, company.browse()) and rate.name <= day
                )
            )
            if not known:
                raise UserError(
                    self.env._(
                        "There is no rate of %(currency)s for %(day)s: enter it, then claim "
                        "%(line)s.",
                        currency=one.name,
                        day=day,
                        line=self.voucher_line_id.name,
                    )
                )
        return self.currency_id._convert(self.amount, currency, company, day)
