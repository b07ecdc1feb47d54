# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

READERS = "aftersales_base.group_aftersales_user"


class ResPartner(models.Model):
    """Customers have a class, and people who visit them (S12): each company its own."""

    _inherit = "res.partner"

    aftersales_class_id = fields.Many2one(
        "aftersales.customer.class",
        string="Customer Class",
        company_dependent=True,
        groups=READERS,
        help="Decides how often the customer is visited; empty: visits are not planned.",
    )
    aftersales_visitor_id = fields.Many2one(
        "hr.employee",
        string="Visited By",
        company_dependent=True,
        groups=READERS,
        help="Who makes the ordinary visits; empty: who the visit plan names.",
    )
    aftersales_senior_visitor_id = fields.Many2one(
        "hr.employee",
        string="Senior Visits By",
        company_dependent=True,
        groups=READERS,
        help="Who of the senior staff visits the customer; empty: who the visit plan names.",
    )
    # How many there are may be told to whoever sees the contact; what they say may not.
    aftersales_visit_count = fields.Integer(
        compute="_compute_aftersales_visit_count",
        compute_sudo=True,
        string="Visits",
        help="Visits that were made or are planned.",
    )
    aftersales_visit_overdue_count = fields.Integer(
        compute="_compute_aftersales_visit_count", compute_sudo=True, string="Overdue Visits"
    )

    @api.depends_context("allowed_company_ids")
    def _compute_aftersales_visit_count(self):
        visits = self.env["aftersales.visit"]
        domain = [
            ("partner_id", "in", self.ids),
            ("company_id", "in", self.env.companies.ids),
            ("state", "!=", "cancelled"),
        ]
        counts = dict(visits._read_group(domain, ["partner_id"], ["__count"]))
        overdue = [*domain, ("state", "=", "planned"), ("planned_on", "<", "today")]
        late = dict(visits._read_group(overdue, ["partner_id"], ["__count"]))
        for partner in self:
            partner.aftersales_visit_count = counts.get(partner._origin, 0)
            partner.aftersales_visit_overdue_count = late.get(partner._origin, 0)

    @api.constrains("aftersales_senior_visitor_id")
    def _check_aftersales_senior_visitor_id(self):
        """S12: senior visits are made by senior staff."""
        self.aftersales_senior_visitor_id._check_aftersales_senior()

    def write(self, vals):
        """Who asks not to be contacted is not visited either (S13)."""
        result = super().write(vals)
        if vals.get("aftersales_no_contact"):
            # sudo: the mark holds for all companies, and for the contacts of a company.
            planned = self.env["aftersales.visit"].sudo()
            planned.search(
                [("partner_id", "child_of", self.ids), ("state", "=", "planned")]
            )._cancel(self.env._("The customer asked not to be contacted."))
        return result

    def action_view_aftersales_visits(self):
        """Open the visits to this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_crm.aftersales_visit_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_create_service_lead(self):
        """Open a service lead about this customer (S24)."""
        self.ensure_one()
        return self.env["crm.lead"]._get_aftersales_new_action(partner=self)
