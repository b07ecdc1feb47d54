# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields


class AftersalesStandard(models.Model):
    """A version of the standards that outlets are audited by: clauses, some tied to the bonus.

    A released version does not change: the next one replaces it from its day on (K12).
    """

    _name = "aftersales.standard"
    _description = "Service Standard"
    _inherit = ["aftersales.guarded.mixin", "aftersales.state.mixin", "mail.thread"]
    _order = "name, version desc"

    name = fields.Char(required=True, tracking=True, translate=True)
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    date_from = fields.Date(
        string="Holds From", required=True, default=fields.Date.context_today, tracking=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("replaced", "Replaced")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    previous_id = fields.Many2one(
        "aftersales.standard", readonly=True, copy=False, index="btree_not_null"
    )
    clause_ids = fields.One2many("aftersales.standard.clause", "standard_id", copy=True)
    clause_count = fields.Integer(compute="_compute_clause_count", string="Clauses")
    note = fields.Html()

    @api.depends("name", "version")
    def _compute_display_name(self):
        for standard in self:
            standard.display_name = self.env._(
                "%(name)s, version %(version)s", name=standard.name, version=standard.version
            )

    @api.depends("clause_ids")
    def _compute_clause_count(self):
        for standard in self:
            standard.clause_count = len(standard.clause_ids)

    def write(self, vals):
        """Keep a released version.

        :raises UserError: naming the version
        """
        if not self.env.su and get_business_fields(vals):
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        self._check_state("draft")

    def action_release(self):
        """Outlets are audited by this version from now on; the one before is replaced.

        :raises UserError: when no clause is tied to the bonus
        """
        self.check_access("write")
        self._check_state("draft")
        for standard in self:
            if not standard.clause_ids.filtered("is_bonus"):
                raise UserError(
                    self.env._(
                        "%(standard)s ties no clause to the bonus: mark those that count.",
                        standard=standard.display_name,
                    )
                )
            # sudo: the right was checked; the state is written by the steps only.
            standard.sudo().state = "released"
            standard.sudo().previous_id.state = "replaced"

    def action_new_version(self):
        """Make the next version, as a draft, and open it."""
        self.ensure_one()
        self.check_access("create")
        self._check_state("released")
        # sudo: version and predecessor are written by this step only.
        standard = self.sudo().copy(
            {"name": self.name, "version": self.version + 1, "previous_id": self.id}
        )
        return standard.with_env(self.env)._get_records_action()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "version", "previous_id"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the standard, not entered.")
