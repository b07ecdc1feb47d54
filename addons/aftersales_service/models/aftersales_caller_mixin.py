# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesCallerMixin(models.AbstractModel):
    """Head of what somebody's call opens: whose company it is, who called, how to reach him.

    A customer who is chosen says name and phone; an unknown caller is kept by what he said.
    """

    _name = "aftersales.caller.mixin"
    _description = "Record with a Caller"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    contact_name = fields.Char(
        string="Caller",
        compute="_compute_contact_name",
        store=True,
        readonly=False,
        precompute=True,
        help="Name of the caller.",
    )
    phone = fields.Char(
        compute="_compute_phone",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the caller is reached about this.",
    )

    # One method each: where one of these is typed together with the customer, the ORM leaves
    # out all fields of its method. The partner's own fields are no dependencies on purpose: an
    # address that changes later must not rewrite the register.
    def _compute_partner_id(self):
        """Hook: the customer as far as something else on the record says it."""
        for record in self:
            record.partner_id = record.partner_id

    @api.depends("partner_id")
    def _compute_contact_name(self):
        for record in self:
            record.contact_name = record.partner_id.name or record.contact_name

    @api.depends("partner_id")
    def _compute_phone(self):
        for record in self:
            partner = record.partner_id
            record.phone = partner.phone if partner else record.phone
