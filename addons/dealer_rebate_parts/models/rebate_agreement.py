# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.dealer_rebate.models.rebate_agreement_policy import KEYS

KEYS["aftersales.dealer.tier"] = ("code",)


class RebateAgreement(models.Model):
    """Dealers of some tiers as parties: who holds one on a document's day earns on it (P7)."""

    _inherit = "rebate.agreement"

    dealer_scope = fields.Selection(
        selection_add=[("tier", "Dealers of some tiers")],
        ondelete={"tier": "cascade"},
        help="All dealers: every partner that is marked as a dealer. Members: each from a day on "
        "and up to a day; only documents of those days count. Tiers: a document counts where the "
        "dealer holds one of the tiers on its date.",
    )
    tier_ids = fields.Many2many(
        "aftersales.dealer.tier",
        string="Tiers",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Dealers count while they hold one of these tiers, by the date of each document (P7).",
    )

    def _get_term_fields(self):
        return super()._get_term_fields() | {"tier_ids"}

    def _get_dealer_terms(self):
        if self.dealer_scope == "tier":
            return ["tiers", *sorted(self.tier_ids.ids)]
        return super()._get_dealer_terms()

    def _check_complete(self):
        if self.dealer_scope == "tier" and not self.tier_ids:
            raise UserError(
                self.env._("%(name)s has no tiers yet: choose them first.", name=self.name)
            )
        return super()._check_complete()

    # ------------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------------

    def _get_party_sql(self):
        if self.dealer_scope != "tier":
            return super()._get_party_sql()
        return SQL(
            """EXISTS (SELECT 1 FROM (%s) AS held
                        WHERE held.partner_id = move.commercial_partner_id
                          AND move.invoice_date >= held.date_from
                          AND move.invoice_date < held.date_to)""",
            self._get_tier_query(),
        )

    def _get_tier_query(self):
        """Query of who holds one of the tiers, and when: partner, first day, day after the last.

        A tier holds until the next assignment of the same dealer and company; of two of the same
        day the later entry holds, as ``res.partner._get_dealer_tiers`` says it.
        """
        self.ensure_one()
        return SQL(
            """SELECT partner_id, date_from, date_to
                 FROM (SELECT partner_id, tier_id, date_from,
                              COALESCE(LEAD(date_from) OVER (PARTITION BY partner_id
                                                                 ORDER BY date_from, id),
                                       'infinity') AS date_to
                         FROM aftersales_dealer_tier_assignment
                        WHERE company_id = %s) AS assigned
                WHERE tier_id IN %s AND date_to > date_from""",
            self.company_id.id,
            tuple(self.tier_ids.ids) or (0,),
        )

    def _read_tier_spans(self, partner_ids=None):
        """When dealers hold one of the tiers, within the agreement's dates.

        :param partner_ids: only these dealers
        :return: {partner id: [(first day, day after the last or None)]}
        """
        self.ensure_one()
        self.env["aftersales.dealer.tier.assignment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, date_from, NULLIF(date_to, 'infinity') FROM (%s) AS held
                    WHERE date_to > %s AND date_from <= %s AND %s
                 ORDER BY partner_id, date_from""",
                self._get_tier_query(),
                self.date_start,
                self.date_end or SQL("'infinity'"),
                SQL("TRUE")
                if partner_ids is None
                else SQL("partner_id IN %s", tuple(partner_ids) or (0,)),
            )
        )
        spans = {}
        for partner, first, last in rows:
            spans.setdefault(partner, []).append((first, last))
        return spans

    def _get_parties(self, partners):
        if self.dealer_scope != "tier":
            return super()._get_parties(partners)
        return partners.browse(self._read_tier_spans(partners.ids))

    def _get_marked_sql(self):
        """Who holds a tier at any time of the agreement takes part in it."""
        if self.dealer_scope != "tier":
            return super()._get_marked_sql()
        return SQL(
            """SELECT partner.commercial_partner_id FROM res_partner partner
                WHERE partner.id IN %s""",
            tuple(self._read_tier_spans()) or (0,),
        )

    def _get_subjects(self, store_format=None):
        subjects = super()._get_subjects(store_format)
        if self.dealer_scope != "tier" or self.subject == "store":
            return subjects
        spans = self._read_tier_spans()
        return {
            subject: max(self.date_start, spans[subject.partner_id][0][0]) for subject in subjects
        }
