# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class AftersalesKpiAccountMapping(models.Model):
    """Which posted items of a company belong to an account group (K9).

    By accounts, by tags of accounts, and where one account serves several groups, by the analytic
    account of the item. What is mapped twice would be counted twice: it is refused.
    """

    _name = "aftersales.kpi.account.mapping"
    _description = "Accounts of an Account Group"
    _order = "company_id, group_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    group_id = fields.Many2one(
        "aftersales.kpi.account.group", required=True, index=True, ondelete="cascade"
    )
    account_ids = fields.Many2many(
        "account.account",
        "aftersales_kpi_account_mapping_account_rel",
        "mapping_id",
        "account_id",
        string="Accounts",
        check_company=True,
        help="Accounts whose posted items belong to the group.",
    )
    tag_ids = fields.Many2many(
        "account.account.tag",
        "aftersales_kpi_account_mapping_tag_rel",
        "mapping_id",
        "tag_id",
        string="Account Tags",
        domain=[("applicability", "=", "accounts")],
        help="Besides, all accounts with one of these tags, also accounts that get it later.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Only the share of an item that its analytic distribution gives to this account. "
        "Empty: whole items.",
    )
    mapped_account_count = fields.Integer(
        compute="_compute_mapped_account_count", string="Number of Accounts"
    )

    @api.depends("account_ids", "tag_ids.name", "company_id")
    def _compute_mapped_account_count(self):
        accounts = self._get_accounts()
        for mapping in self:
            mapping.mapped_account_count = len(accounts[mapping])

    @api.depends("group_id.name", "analytic_account_id.name")
    def _compute_display_name(self):
        for mapping in self:
            # sudo: only the name of the account.
            names = (mapping.group_id.name, mapping.analytic_account_id.sudo().name)
            mapping.display_name = " · ".join(filter(None, names))

    @api.constrains("account_ids", "tag_ids")
    def _check_something(self):
        for mapping in self:
            if not mapping.account_ids and not mapping.tag_ids:
                raise ValidationError(
                    self.env._(
                        "Nothing is mapped to %s: choose accounts or tags, or delete the line.",
                        mapping.display_name,
                    )
                )

    @api.constrains("company_id", "group_id", "account_ids", "tag_ids", "analytic_account_id")
    def _check_overlap(self):
        """No part of a posted item belongs to two groups, or to one twice.

        Two lines for the same account exclude each other where they name different analytic
        accounts of one plan: an item's distribution names one of each plan at a time.

        :raises ValidationError: naming the account and both groups
        """
        everything = self.search([("company_id", "in", self.company_id.ids)])
        by_account = defaultdict(list)
        for mapping, accounts in everything._get_accounts().items():
            for account in accounts:
                by_account[mapping.company_id, account].append(mapping)
        for (_company, account), mappings in by_account.items():
            for index, mapping in enumerate(mappings):
                for other in mappings[index + 1 :]:
                    if self & (mapping | other) and mapping._shares_items_with(other):
                        raise ValidationError(mapping._get_overlap_message(other, account))

    def _shares_items_with(self, other):
        """Whether an item of one account can fall under both lines."""
        # sudo: only the plans of two accounts are compared.
        ours, theirs = self.analytic_account_id.sudo(), other.analytic_account_id.sudo()
        if not ours or not theirs or ours == theirs:
            return True
        return ours.root_plan_id != theirs.root_plan_id

    def _get_overlap_message(self, other, account):
        return self.env._(
            "Account %(account)s would count for %(group)s and for %(other)s: take it out of one "
            "of them, or tell the two apart by analytic accounts of one plan.",
            account=account.display_name,
            group=self.display_name,
            other=other.display_name,
        )

    def _get_accounts(self):
        """Accounts of each line: those that it names, and those with its tags.

        :return: dict {mapping: ``account.account``}
        """
        # sudo: what is mapped does not depend on who looks; only names of accounts are shown.
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        tagged = {
            company: Account.search(
                [
                    *Account._check_company_domain(company),
                    ("tag_ids", "in", mappings.tag_ids.ids),
                ]
            )
            for company, mappings in self.grouped("company_id").items()
        }
        # sudo: KPI managers need no rights in accounting to see what overlaps.
        return {
            mapping: mapping.account_ids.sudo()
            | tagged.get(mapping.company_id, Account).filtered(
                lambda account, tags=mapping.tag_ids: account.tag_ids & tags
            )
            for mapping in self
        }

    # === COUNTING === #

    @api.model
    def _get_mapped_sql(self, companies, group=None):
        """Which accounts count, as SQL.

        :param companies: ``res.company``; ``None``: all
        :param group: ``aftersales.kpi.account.group`` with all below it; default any
        :return: SQL of a SELECT with ``company_id``, ``account_id``, ``is_whole`` (whole items
            count) and ``analytic_ids`` (array of text: shares of these count)
        """
        self.flush_model()
        self.env["account.account"].flush_model(["tag_ids"])
        self.env["aftersales.kpi.account.group"].flush_model()
        conditions = [SQL("TRUE")]
        if companies is not None:
            conditions.append(SQL("mapping.company_id = ANY(%s)", companies.ids))
        if group is not None:
            conditions.append(SQL("part.parent_path LIKE %s", f"{group.parent_path}%"))
        return SQL(
            """SELECT mapping.company_id, chosen.account_id,
                      BOOL_OR(mapping.analytic_account_id IS NULL) AS is_whole,
                      ARRAY_AGG(mapping.analytic_account_id::text) AS analytic_ids
                 FROM aftersales_kpi_account_mapping AS mapping
                 JOIN aftersales_kpi_account_group AS part ON part.id = mapping.group_id
                 JOIN (SELECT mapping_id, account_id
                         FROM aftersales_kpi_account_mapping_account_rel
                        UNION
                       SELECT named.mapping_id, tagged.account_account_id
                         FROM aftersales_kpi_account_mapping_tag_rel AS named
                         JOIN account_account_account_tag AS tagged
                           ON tagged.account_account_tag_id = named.tag_id
                      ) AS chosen ON chosen.mapping_id = mapping.id
                WHERE %s
             GROUP BY mapping.company_id, chosen.account_id""",
            SQL(" AND ").join(conditions),
        )

    @api.model
    def _get_share_sql(self, analytic=None):
        """Part of a posted item that counts, as SQL over ``item`` and ``mapped``.

        :param SQL analytic: id of an analytic account besides which it must name: an outlet's
        :return: SQL expression, numeric: 1 for a whole item
        """
        share = SQL(
            """(SELECT COALESCE(SUM(entry.value::numeric), 0) / 100
                  FROM JSONB_EACH_TEXT(item.analytic_distribution) AS entry
                 WHERE entry.value ~ '^-?[0-9.]+$'
                   AND (mapped.is_whole
                        OR STRING_TO_ARRAY(entry.key, ',') && mapped.analytic_ids)
                   AND %s)""",
            SQL("%s::text = ANY(STRING_TO_ARRAY(entry.key, ','))", analytic)
            if analytic
            else SQL("TRUE"),
        )
        return share if analytic else SQL("CASE WHEN mapped.is_whole THEN 1 ELSE %s END", share)
