# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResCompany(models.Model):
    """The mail address of the service department: what comes in is registered (S1, S22)."""

    _inherit = "res.company"

    aftersales_alias_id = fields.Many2one(
        "mail.alias",
        string="Service Address",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Mail to this address becomes an entry of the register.",
    )
    aftersales_alias_name = fields.Char(
        string="Service Address Before the @",
        compute="_compute_aftersales_alias_name",
        inverse="_inverse_aftersales_alias_name",
        help="Mail to this address becomes an entry of the register of this company. Empty: none.",
    )

    @api.depends("aftersales_alias_id.alias_name")
    def _compute_aftersales_alias_name(self):
        for company in self:
            # sudo: the address of the department is no secret.
            company.aftersales_alias_name = company.sudo().aftersales_alias_id.alias_name

    def _inverse_aftersales_alias_name(self):
        """Make, rename or remove the address; Odoo says where it is taken already."""
        # sudo: whoever sets up a company sets up its address; aliases are the gateway's.
        for company in self.sudo():
            alias = company.aftersales_alias_id
            name = (company.aftersales_alias_name or "").strip()
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                company.aftersales_alias_id = alias.create(
                    {**company._prepare_aftersales_alias_vals(), "alias_name": name}
                )

    def _prepare_aftersales_alias_vals(self):
        """Everybody may write; what comes in belongs to this company."""
        self.ensure_one()
        return {
            "alias_model_id": self.env["ir.model"]._get_id("aftersales.voucher"),
            "alias_domain_id": self.alias_domain_id.id,
            "alias_contact": "everyone",
            "alias_defaults": repr({"company_id": self.id, "channel": "mail"}),
        }

    def write(self, vals):
        """The address follows the mail domain of its company."""
        result = super().write(vals)
        if "alias_domain_id" in vals:
            # sudo: as in the inverse above.
            for company in self.sudo().filtered("aftersales_alias_id"):
                company.aftersales_alias_id.alias_domain_id = company.alias_domain_id
        return result
