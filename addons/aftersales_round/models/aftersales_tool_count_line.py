# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolCountLine(models.Model):
    """One tool on a count sheet: is it there, missing or broken (S21)?"""

    _name = "aftersales.tool.count.line"
    _description = "Tool on a Count Sheet"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "count_id, id"
    _rec_name = "equipment_id"
    _check_company_auto = True

    count_id = fields.Many2one(
        "aftersales.tool.count", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="count_id.company_id", store=True, precompute=True)
    date = fields.Date(related="count_id.date", store=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Tool",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    serial_no = fields.Char(
        related="equipment_id.serial_no", string="Serial Number", related_sudo=True
    )
    keeper_id = fields.Many2one(
        "hr.employee", readonly=True, index="btree_not_null", help="Who kept it at the count."
    )
    found = fields.Selection(
        [("present", "There"), ("missing", "Missing"), ("broken", "Broken")],
        string="Result of the Count",
        index=True,
    )
    replace = fields.Boolean(
        compute="_compute_replace",
        store=True,
        readonly=False,
        help="A maintenance request asks for a replacement or repair.",
    )
    note = fields.Char(string="Remark")
    request_id = fields.Many2one(
        "maintenance.request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _equipment_once = models.UniqueIndex(
        "(count_id, equipment_id)", "A tool is on a count sheet once."
    )

    @api.depends("found")
    def _compute_replace(self):
        for line in self:
            line.replace = line.found in ("missing", "broken")

    def write(self, vals):
        """Count tools of a sheet that is open.

        :raises UserError: when the sheet is closed or cancelled
        """
        if not self.env.su:
            self.count_id._check_state("counting")
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _write_tools(self):
        """The count is what the tool's file says from now on. Called as superuser."""
        for (found, day), lines in self.grouped(lambda line: (line.found, line.date)).items():
            state = "in_order" if found == "present" else found
            lines.equipment_id.write({"tool_state": state, "last_count_on": day})

    def _request_replacements(self):
        """A request for each tool to be replaced, unless one is open. Called as superuser."""
        lines = self.filtered(lambda line: line.replace and line.found != "present")
        if not lines:
            return
        Request = self.env["maintenance.request"]
        still_open = Request.search(
            [
                ("equipment_id", "in", lines.equipment_id.ids),
                ("tool_count_line_ids", "!=", False),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ]
        ).grouped("equipment_id")
        new = self.browse()
        for line in lines:
            if line.equipment_id in still_open:
                line.request_id = still_open[line.equipment_id][:1]
            else:
                new |= line
        requests = Request.create([line._prepare_request_vals() for line in new])
        for line, request in zip(new, requests, strict=True):
            line.request_id = request

    def _prepare_request_vals(self):
        """Values of the maintenance request for a replacement. Hook."""
        self.ensure_one()
        tool = self.equipment_id.display_name
        subject = (
            self.env._("Replace %(tool)s: missing", tool=tool)
            if self.found == "missing"
            else self.env._("Replace or repair %(tool)s: broken", tool=tool)
        )
        return {
            "name": subject,
            "equipment_id": self.equipment_id.id,
            "company_id": self.company_id.id,
            "maintenance_team_id": self._find_team().id,
            "employee_id": self.count_id.counter_id.id,
            "maintenance_type": "corrective",
            "description": self.note,
        }

    def _find_team(self):
        """Team of the tool, else one of its company: Odoo proposes any team, also of others.

        :raises UserError: when the company has no maintenance team
        """
        self.ensure_one()
        company = self.company_id
        team = self.equipment_id.maintenance_team_id
        if not team or team.company_id not in (company, company.browse()):
            team = team.search([("company_id", "in", (company.id, False))], limit=1)
        if not team:
            raise UserError(
                self.env._(
                    "%(company)s has no maintenance team that could replace %(tool)s: enter one "
                    "in Maintenance, or untick Replace.",
                    company=company.name,
                    tool=self.equipment_id.display_name,
                )
            )
        return team

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for line in self.filtered(lambda line: line.count_id.state == "done"):
            raise UserError(
                self.env._("%(count)s is closed: its lines stay.", count=line.count_id.name)
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "count_id",
            "equipment_id",
            "keeper_id",
            "request_id",
        }
