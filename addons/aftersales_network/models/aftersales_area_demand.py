# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesAreaDemand(models.Model):
    """Which areas first (N1): jobs of the last twelve months of each area, and who covers it.

    An area is covered by an outlet in operation that covers it or an area above it. One row for
    each area and company; areas of the tree stand for themselves, without those below them.
    """

    _name = "aftersales.area.demand"
    _description = "Demand of an Area"
    _auto = False
    _order = "is_covered, weighted desc, job_count desc, id"
    _rec_name = "area_id"
    _depends = {
        "aftersales.area": ["parent_path", "active", "service_distance"],
        "aftersales.outlet": ["area_ids", "phase", "active", "company_id"],
        "aftersales.voucher": ["area_id", "company_id", "registered_at", "state"],
    }

    area_id = fields.Many2one("aftersales.area", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    job_count = fields.Integer(
        string="Jobs", readonly=True, help="Calls of the last twelve months, none struck off."
    )
    site_count = fields.Integer(
        string="Dispatched", readonly=True, help="Of these, those for which somebody was sent."
    )
    outlet_count = fields.Integer(string="Outlets", readonly=True, help="In operation.")
    prospect_count = fields.Integer(
        string="Prospects", readonly=True, help="Outlets in preparation or organisation."
    )
    is_covered = fields.Boolean(string="Covered", readonly=True)
    distance = fields.Float(
        string="Distance (km)", readonly=True, aggregator="avg", help="As entered on the area."
    )
    weighted = fields.Float(
        string="Kilometres",
        readonly=True,
        help="Dispatched jobs × way there and back: what the area costs in kilometres a year.",
    )

    def action_view_outlets(self):
        """Open outlets and prospects that cover the area."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_base.aftersales_outlet_action"
        )
        action["domain"] = [
            ("area_ids", "parent_of", self.area_id.ids),
            ("company_id", "=", self.company_id.id),
        ]
        return action

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT area.id * 100000 + company.id AS id,
                   area.id AS area_id,
                   company.id AS company_id,
                   COALESCE(job.count, 0) AS job_count,
                   COALESCE(job.sent, 0) AS site_count,
                   cover.outlets AS outlet_count,
                   cover.prospects AS prospect_count,
                   cover.outlets > 0 AS is_covered,
                   area.service_distance AS distance,
                   COALESCE(job.sent, 0) * COALESCE(area.service_distance, 0) * 2 AS weighted
              FROM aftersales_area AS area
             CROSS JOIN res_company AS company
              LEFT JOIN (
                   SELECT voucher.area_id, voucher.company_id, COUNT(*) AS count,
                          COUNT(*) FILTER (WHERE voucher.dispatched_at IS NOT NULL) AS sent
                     FROM aftersales_voucher AS voucher
                    WHERE voucher.state != 'cancelled'
                      AND voucher.area_id IS NOT NULL
                      AND voucher.registered_at >= (now() AT TIME ZONE 'UTC') - INTERVAL '1 year'
                    GROUP BY voucher.area_id, voucher.company_id) AS job
                ON job.area_id = area.id AND job.company_id = company.id
             CROSS JOIN LATERAL (
                   SELECT COUNT(DISTINCT outlet.id)
                              FILTER (WHERE outlet.phase IN ('operation', 'extension')) AS outlets,
                          COUNT(DISTINCT outlet.id)
                              FILTER (WHERE outlet.phase IN ('preparation', 'organisation'))
                              AS prospects
                     FROM aftersales_outlet AS outlet
                     JOIN aftersales_area_aftersales_outlet_rel AS rel
                       ON rel.aftersales_outlet_id = outlet.id
                     JOIN aftersales_area AS above ON above.id = rel.aftersales_area_id
                    WHERE outlet.active AND outlet.company_id = company.id
                      AND area.parent_path LIKE above.parent_path || '%%') AS cover
             WHERE area.active AND company.active
               AND (job.count IS NOT NULL OR cover.outlets > 0 OR cover.prospects > 0)
            """
        )
