# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Which side of an account counts as a positive figure.
CREDIT_KINDS = ("income",)


class AftersalesKpiAccountGroup(models.Model):
    """What accounting ratios add up: after-sales income, staff cost, business tax (K9).

    A group holds what is mapped to it and to the groups below it. Groups are the same in all
    companies; which accounts belong to them is each company's own
    (``aftersales.kpi.account.mapping``).
    """

    _name = "aftersales.kpi.account.group"
    _description = "Account Group of Ratios"
    _inherit = ["aftersales.code.mixin"]
    _parent_name = "parent_id"
    _parent_store = True
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Short name for lists; unique among all groups."
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("income", "Income"),
            ("cost", "Cost of Sales"),
            ("expense", "Expense"),
            ("tax", "Tax"),
            ("other", "Other"),
        ],
        required=True,
        default="expense",
        help="What credits of income, and debits of all others, make a positive figure.",
    )
    is_credit = fields.Boolean(
        string="Credits Are Positive",
        compute="_compute_is_credit",
        store=True,
        readonly=False,
        precompute=True,
        help="Income is booked on the credit side; costs, expenses and taxes on the debit side.",
    )
    parent_id = fields.Many2one(
        "aftersales.kpi.account.group",
        index=True,
        ondelete="restrict",
        help="The group of which this one is a part: its figure contains this one's.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("aftersales.kpi.account.group", "parent_id", string="Subgroups")
    mapping_ids = fields.One2many(
        "aftersales.kpi.account.mapping",
        "group_id",
        string="Accounts",
        help="What belongs to the group, in your companies.",
    )
    proposed_account_type = fields.Selection(
        selection=lambda self: self._selection_account_type(),
        string="Proposed for Accounts Of",
        help="Accounts of this type are proposed for the group.",
    )
    proposed_words = fields.Char(
        string="With a Word Of",
        translate=True,
        help="Words with commas between them: only accounts with one of them in their name are "
        "proposed, before groups without words, e.g. wage, salary.",
    )
    description = fields.Text(translate=True, help="What belongs here, and what does not.")

    _code_uniq = models.UniqueIndex(
        "(code)", "Another account group has this code: choose a new one."
    )

    @api.depends("kind")
    def _compute_is_credit(self):
        for group in self:
            group.is_credit = group.kind in CREDIT_KINDS

    @api.depends("name", "code")
    def _compute_display_name(self):
        for group in self:
            group.display_name = f"[{group.code}] {group.name}" if group.code else group.name

    @api.constrains("parent_id", "is_credit")
    def _check_one_side(self):
        """A sum of figures of both sides would mean nothing."""
        for group in self | self.child_ids:
            if group.parent_id and group.parent_id.is_credit != group.is_credit:
                raise ValidationError(
                    self.env._(
                        "%(group)s and %(parent)s, of which it is a part, count opposite sides of "
                        "the accounts: set “Credits Are Positive” alike in both.",
                        group=group.display_name,
                        parent=group.parent_id.display_name,
                    )
                )

    # === PROPOSALS === #

    @api.model
    def _selection_account_type(self):
        return self.env["account.account"]._fields["account_type"]._description_selection(self.env)

    def _get_words(self):
        """Words of account names that the group is proposed for, in lower case.

        In every installed language: a chart of accounts often speaks another than its reader.
        """
        self.ensure_one()
        words = set()
        for code, _name in self.env["res.lang"].get_installed():
            said = self.with_context(lang=code).proposed_words or ""
            words.update(word.strip().lower() for word in re.split("[,，]", said))
        return sorted(words - {""})

    @api.model
    def _propose(self, accounts):
        """Group of each account, by its name and type.

        :param accounts: ``account.account``
        :return: dict {account: group}; accounts that no group is proposed for are left out
        """
        groups = self.search([("proposed_account_type", "!=", False)])
        groups = groups.sorted(lambda group: (not group.proposed_words, group.sequence))
        words = {group: group._get_words() for group in groups}
        proposed = {}
        for account in accounts:
            name = (account.name or "").lower()
            for group in groups:
                if group.proposed_account_type == account.account_type and (
                    not words[group] or any(self._has_word(name, word) for word in words[group])
                ):
                    proposed[account] = group
                    break
        return proposed

    @api.model
    def _has_word(self, name, word):
        """Whether a word of the name begins so; scripts without spaces: whether it is in it."""
        return bool(re.search(rf"(?<![a-z]){re.escape(word)}", name))
