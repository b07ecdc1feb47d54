# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesKpiAccountPropose(models.TransientModel):
    """Proposes a group for each account of profit and loss that belongs to none yet (K9)."""

    _name = "aftersales.kpi.account.propose"
    _description = "Propose Account Groups"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many(
        "aftersales.kpi.account.propose.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="Change the group where it is not right, delete what belongs to none.",
    )

    @api.depends("company_id")
    def _compute_line_ids(self):
        for wizard in self:
            accounts = wizard._get_open_accounts()
            groups = self.env["aftersales.kpi.account.group"]._propose(accounts)
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "account_id": account.id,
                        "group_id": account in groups and groups[account].id,
                    }
                )
                for account in accounts
            ]

    def _get_open_accounts(self):
        """Accounts of profit and loss of the company that no line maps yet.

        :return: ``account.account``
        """
        self.ensure_one()
        company = self.company_id
        mappings = self.env["aftersales.kpi.account.mapping"].search(
            [("company_id", "=", company.id)]
        )
        accounts = self.env["account.account"].with_company(company)
        mapped = accounts.union(*mappings._get_accounts().values())
        return accounts.search(
            [
                *accounts._check_company_domain(company),
                ("internal_group", "in", ("income", "expense")),
                ("id", "not in", mapped.ids),
            ]
        )

    def action_apply(self):
        """Map the accounts to their groups, and show what is mapped.

        :raises UserError: when no account has a group
        """
        self.ensure_one()
        chosen = self.line_ids.filtered("group_id")
        if not chosen:
            raise UserError(
                self.env._(
                    "No account has a group: choose one for at least one account, or close the "
                    "window."
                )
            )
        mappings = self.env["aftersales.kpi.account.mapping"]
        known = {
            mapping.group_id: mapping
            for mapping in mappings.search(
                [("company_id", "=", self.company_id.id), ("analytic_account_id", "=", False)]
            )
        }
        for group, lines in chosen.grouped("group_id").items():
            accounts = [fields.Command.link(account.id) for account in lines.account_id]
            if group in known:
                known[group].account_ids = accounts
            else:
                mappings.create(
                    {
                        "company_id": self.company_id.id,
                        "group_id": group.id,
                        "account_ids": accounts,
                    }
                )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_account_mapping_action"
        )
