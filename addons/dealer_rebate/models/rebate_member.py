# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .rebate_agreement_version import SUPERSEDED


class RebateMember(models.Model):
    """A dealer takes part in an agreement from one day to another (R12: membership is dated)."""

    _name = "rebate.member"
    _inherit = ["rebate.term.mixin"]
    _description = "Member of a Rebate Agreement"
    _order = "agreement_id, partner_id, date_from, id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="The dealer with all its addresses and contacts.",
    )
    date_from = fields.Date(string="From", help="First day that counts. Empty: from the start.")
    date_to = fields.Date(string="To", help="Last day that counts. Empty: to the end.")

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A membership cannot end before it starts.",
    )

    @api.constrains("agreement_id", "partner_id", "date_from", "date_to")
    def _check_overlap(self):
        for member in self:
            for other in member.agreement_id.member_ids - member:
                if other.partner_id == member.partner_id and member._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%(dealer)s is a member of %(agreement)s twice on the same days. Join "
                            "the two lines or change their dates.",
                            dealer=member.partner_id.display_name,
                            agreement=member.agreement_id.name,
                        )
                    )

    def _overlaps(self, other):
        self.ensure_one()
        starts_before = not (self.date_from and other.date_to) or self.date_from <= other.date_to
        ends_after = not (self.date_to and other.date_from) or self.date_to >= other.date_from
        return starts_before and ends_after

    def _join_overlapping(self):
        """After a merge of partners: one membership, of all their days, where two overlap.

        Which documents count stays as it was, so that this is no change of terms in force.
        Otherwise the agreement could neither be changed nor be followed by a version.
        """
        for members in self.grouped("agreement_id").values():
            last = self.browse()
            for member in members.sorted(lambda one: one.date_from or date.min):
                if last and last._overlaps(member):
                    last._absorb(member)
                else:
                    last = member

    def _absorb(self, other):
        """Take over the days of a membership that begins later or on the same day."""
        self.ensure_one()
        ends = (self.date_to, other.date_to)
        terms = self.with_context(rebate_superseded=SUPERSEDED)
        other.with_env(terms.env).unlink()
        terms.date_to = max(ends) if all(ends) else False

    def _set_end(self, date):
        """Move the last day of a membership in force, as a notice says (R4)."""
        self.ensure_one()
        # sudo: the right to write was checked; SUPERSEDED cannot come from a request.
        self.sudo().with_context(rebate_superseded=SUPERSEDED).date_to = date

    @api.model
    def _get_end_field(self):
        return "date_to"
