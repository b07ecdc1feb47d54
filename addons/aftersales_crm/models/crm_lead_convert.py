# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """A visit to the workshop within the window makes a success of a service lead (S24)."""

    _inherit = "crm.lead"

    @api.model
    def _convert_aftersales(self, arrivals):
        """Let jobs that came to the workshop count for the leads of their customers.

        One query finds what fits; a job counts for one lead, a lead by one job.

        :param dict arrivals: {aftersales.voucher: naive UTC datetime}
        """
        taken_jobs, taken_leads = set(), set()
        # sudo: whoever receives the customer's machine need not see leads.
        leads = self.env["crm.lead"].sudo()
        converted = leads.browse()
        jobs = {voucher.id: voucher for voucher in arrivals}
        for voucher_id, lead_id in self._find_aftersales_pairs(arrivals):
            if voucher_id in taken_jobs or lead_id in taken_leads:
                continue
            taken_jobs.add(voucher_id)
            taken_leads.add(lead_id)
            lead, voucher = leads.browse(lead_id), jobs[voucher_id]
            lead.write(
                {
                    "aftersales_voucher_id": voucher_id,
                    "aftersales_visited_at": arrivals[voucher],
                }
            )
            converted |= lead
        converted.action_set_won()

    @api.model
    def _find_aftersales_pairs(self, arrivals):
        """Jobs and the open leads they may count for, the nearest lead of each job first.

        A lead about a unit counts by that unit; else by any unit of the customer. Days are those
        of the company of the job.

        :return: list of (voucher id, lead id), jobs in the order in which they came
        """
        if not arrivals:
            return []
        self.env.flush_all()
        zones = {
            company: company._get_aftersales_timezone().zone
            for company in {voucher.company_id for voucher in arrivals}
        }
        rows = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s)", voucher.id, at, zones[voucher.company_id])
            for voucher, at in arrivals.items()
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT voucher.id, lead.id
                  FROM (VALUES %s) AS arrival (voucher_id, at, zone)
                  JOIN aftersales_voucher voucher ON voucher.id = arrival.voucher_id
                  LEFT JOIN res_partner customer ON customer.id = voucher.partner_id
                  JOIN crm_lead lead
                    ON lead.aftersales_lead_kind_id IS NOT NULL
                   AND lead.aftersales_voucher_id IS NULL
                   AND lead.active AND lead.won_status = 'pending'
                   AND lead.company_id = voucher.company_id
                  LEFT JOIN res_partner person ON person.id = lead.partner_id
                 WHERE (lead.aftersales_lot_id = voucher.lot_id
                        OR ((lead.aftersales_lot_id IS NULL OR voucher.lot_id IS NULL)
                            AND person.commercial_partner_id = customer.commercial_partner_id))
                   AND lead.aftersales_received_at <= arrival.at
                   AND lead.aftersales_visit_until >=
                       (arrival.at AT TIME ZONE 'UTC' AT TIME ZONE arrival.zone)::date
                   AND NOT EXISTS (SELECT 1 FROM crm_lead counted
                                    WHERE counted.aftersales_voucher_id = voucher.id)
                 ORDER BY arrival.at, voucher.id,
                          lead.aftersales_lot_id IS NULL, lead.aftersales_received_at DESC,
                          lead.id DESC
                """,
                rows,
            )
        )

    def _release_aftersales(self):
        """The job that counted came to nothing: the lead is open again."""
        for lead in self:
            stage = lead._stage_find(domain=[("is_won", "=", False)])
            lead.write(
                {
                    "aftersales_voucher_id": False,
                    "aftersales_visited_at": False,
                    "stage_id": stage.id,
                    "probability": lead.automated_probability if stage else 0,
                }
            )
