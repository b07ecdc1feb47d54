# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class AftersalesToolCount(models.Model):
    """A count sheet of tools and instruments: what is there, missing or broken (S21).

    Closing it writes the state of each tool, and asks Odoo's maintenance for a replacement of
    what is missing or broken.
    """

    _name = "aftersales.tool.count"
    _description = "Tool Count"
    _inherit = ["aftersales.round.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    state = fields.Selection(
        [
            ("draft", "Planned"),
            ("counting", "Counting"),
            ("done", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    counter_id = fields.Many2one(
        "hr.employee",
        string="Counted By",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    counter_user_id = fields.Many2one(
        "res.users", related="counter_id.user_id", store=True, index="btree_not_null"
    )
    area_id = fields.Many2one(
        "aftersales.round.area",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('outlet_id', '=', outlet_id)]",
        help="Only what is kept there; empty: all of the outlet.",
    )
    category_ids = fields.Many2many(
        "maintenance.equipment.category", string="Categories", help="Empty: all."
    )
    line_ids = fields.One2many("aftersales.tool.count.line", "count_id", string="Tools")
    tool_count = fields.Integer(compute="_compute_counts", store=True, string="Number of Tools")
    open_count = fields.Integer(compute="_compute_counts", store=True, string="Not Counted")
    missing_count = fields.Integer(compute="_compute_counts", store=True, string="Missing")
    broken_count = fields.Integer(compute="_compute_counts", store=True, string="Broken")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.found")
    def _compute_counts(self):
        for count in self:
            found = count.line_ids.mapped("found")
            count.tool_count = len(found)
            count.open_count = found.count(False)
            count.missing_count = found.count("missing")
            count.broken_count = found.count("broken")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        counts = super().create(vals_list)
        for company, batch in counts.grouped("company_id").items():
            # sudo: whoever may write a count sheet draws its number.
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for count in batch:
                count.sudo().name = sequence.next_by_code("aftersales.tool.count")
        return counts

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        for count in self.filtered(lambda count: count.state != "draft"):
            raise UserError(
                self.env._(
                    "%(count)s has begun: cancel it with a reason instead.", count=count.name
                )
            )

    # === ACTIONS === #

    def action_start(self):
        """Draw up the sheet: a line for each tool that should be there.

        :raises UserError: when there is nothing to count
        """
        self.check_access("write")
        self._check_state("draft")
        for count in self:
            tools = count._find_tools()
            if not tools:
                raise UserError(
                    self.env._(
                        "%(count)s: no tool is kept at %(outlet)s. Enter the outlet on your "
                        "equipment, or choose other categories.",
                        count=count.name,
                        outlet=count.outlet_id.display_name,
                    )
                )
            # sudo: the sheet lists all tools, also those that the counter does not keep.
            count.sudo().line_ids = [
                Command.create({"equipment_id": tool.id, "keeper_id": tool.employee_id.id})
                for tool in tools - count.line_ids.equipment_id
            ]
        self.sudo().write({"state": "counting"})  # sudo: the right was asked above
        self._begin_job()
        return True

    def action_all_present(self):
        """What is not counted yet is there."""
        self.check_access("write")
        self._check_state("counting")
        self.line_ids.filtered(lambda line: not line.found).write({"found": "present"})
        return True

    def action_close(self):
        """Write the state of each tool and ask for the replacements.

        :raises UserError: while a tool is not counted
        """
        self.check_access("write")
        self._check_state("counting")
        for count in self.filtered("open_count"):
            still = count.line_ids.filtered(lambda line: not line.found)
            raise UserError(
                self.env._(
                    "%(count)s: %(number)s tools are not counted yet, the first is %(tool)s.",
                    count=count.name,
                    number=len(still),
                    tool=still[0].sudo().equipment_id.display_name,  # sudo: a name in a message
                )
            )
        # sudo: who counts may not otherwise write equipment or requests of others.
        lines = self.sudo().line_ids
        lines._write_tools()
        lines._request_replacements()
        self.sudo().write({"state": "done"})  # sudo: as above
        self._end_job()
        return True

    def action_cancel(self, reason=None):
        """Give the count up with a reason; no tool changes."""
        self.check_access("write")
        self._check_state("draft", "counting")
        if reason is None:
            return self._ask_reason("tool_count_cancel")
        reason = self._check_reason(reason)
        self.sudo().write({"state": "cancelled", "reason": reason})  # sudo: asked above
        self._strike_off_job(reason)
        return True

    # === HELPERS === #

    def _find_tools(self):
        """Equipment that should be there, as superuser."""
        self.ensure_one()
        domain = Domain("outlet_id", "=", self.outlet_id.id) & Domain("scrap_date", "=", False)
        if self.area_id:
            domain &= Domain("round_area_id", "=", self.area_id.id)
        if self.category_ids:
            domain &= Domain("category_id", "in", self.category_ids.ids)
        # sudo: a count lists all tools of the outlet, whoever keeps them.
        return self.env["maintenance.equipment"].sudo().search(domain, order="category_id, name")

    def _prepare_voucher_vals(self):
        return {
            **super()._prepare_voucher_vals(),
            "round_kind": "count",
            "round_date": self.date,
            "technician_id": self.counter_id.id,
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"name"}
