# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Only code of this module holds this object, so no RPC call can put it into a context.
_STEP = object()

# What a publication has been through: written by its steps alone.
STEP_FIELDS = {
    "state",
    "multiplier",
    "terms",
    "approved_by_id",
    "approved_on",
    "published_by_id",
    "published_on",
    "unchanged_count",
    "part_count",
    "part_done_count",
    "propose_after_id",
    "list_numbers",
    "withdrawn_by_id",
    "withdrawn_on",
    "withdraw_reason",
}
# What nobody edits any more once prices were published.
FROZEN_FIELDS = {"name", "policy_id", "date_from", "note"}


class PartsPricePublication(models.Model):
    """A round of new prices: proposed from a policy, compared, approved, published (P6, P7)."""

    _name = "parts.price.publication"
    _description = "Parts Price Publication"
    _inherit = ["parts.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "parts.price.policy",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env["parts.price.policy"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id", store=True)
    date_from = fields.Date(
        string="Valid From",
        required=True,
        copy=False,
        default=lambda self: self.env["parts.price"]._get_price_day(),
        tracking=True,
        help="First day of the new prices, in the company's time zone. Only the first prices of "
        "a list may start in the past.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposing", "Being Proposed"),
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True
    )
    line_ids = fields.One2many("parts.price.publication.line", "publication_id")
    price_ids = fields.One2many("parts.price", "publication_id")
    line_count = fields.Integer(compute="_compute_line_counts", string="New Prices")
    approval_count = fields.Integer(
        compute="_compute_line_counts",
        string="To Approve",
        help="Ticked prices that are new or move by more than the policy's limit (P6).",
    )
    excluded_count = fields.Integer(compute="_compute_line_counts", string="Left Out")
    unchanged_count = fields.Integer(
        readonly=True, copy=False, help="Prices that stay as they are published."
    )
    price_count = fields.Integer(compute="_compute_price_count")
    price_drop_count = fields.Integer(
        compute="_compute_price_drop_count",
        help="Dealers and parts whose price drops shortly after they bought.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    published_on = fields.Datetime(readonly=True, copy=False)
    turnover_effect = fields.Monetary(
        compute="_compute_turnover_effect",
        help="What the ticked prices would have changed in the turnover of the last 365 days, at "
        "the quantities sold on each list. Parts without a price before are left out.",
    )
    note = fields.Html(help="Why prices move: raw material, exchange rate, a new supplier…")

    @api.depends("line_ids.include", "line_ids.needs_approval")
    def _compute_line_counts(self):
        # sudo: counts only, for those who see publications but not the costs on their lines.
        groups = (
            self.env["parts.price.publication.line"]
            .sudo()
            ._read_group(
                [("publication_id", "in", self.ids)],
                ["publication_id", "include", "needs_approval"],
                ["__count"],
            )
        )
        counts = {}
        for publication, include, needs_approval, count in groups:
            counts[publication.id, include, needs_approval] = count
        for publication in self:
            key = publication._origin.id
            publication.approval_count = counts.get((key, True, True), 0)
            publication.line_count = publication.approval_count + counts.get((key, True, False), 0)
            publication.excluded_count = counts.get((key, False, True), 0) + counts.get(
                (key, False, False), 0
            )

    @api.depends("line_ids.include", "line_ids.turnover_effect")
    def _compute_turnover_effect(self):
        # sudo: a sum only, for those who see publications but not the costs on their lines.
        sums = dict(
            self.env["parts.price.publication.line"]
            .sudo()
            ._read_group(
                [("publication_id", "in", self.ids), ("include", "=", True)],
                ["publication_id"],
                ["turnover_effect:sum"],
            )
        )
        for publication in self:
            publication.turnover_effect = sums.get(publication._origin, 0.0)

    @api.depends("state")
    def _compute_price_count(self):
        counts = dict(
            self.env["parts.price"]._read_group(
                [("publication_id", "in", self.ids)], ["publication_id"], ["__count"]
            )
        )
        for publication in self:
            publication.price_count = counts.get(publication._origin, 0)

    @api.depends("state")
    def _compute_price_drop_count(self):
        drops = self.env["parts.price.drop"]
        counts = {}
        # Whoever may not read them sees no number rather than an error.
        if drops.has_access("read"):
            domain = [("publication_id", "in", self.ids)]
            counts = dict(drops._read_group(domain, ["publication_id"], ["__count"]))
        for publication in self:
            publication.price_drop_count = counts.get(publication._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """The state of a publication follows from its buttons only.

        :raise UserError: when one would not start as a draft
        """
        publications = super().create(vals_list)
        # Looked at afterwards: defaults of the context or of the user count as well.
        for publication in publications:
            if publication.state != "draft" or any(
                publication[name] for name in STEP_FIELDS - {"state"}
            ):
                publication._refuse_step_by_hand()
        return publications

    def write(self, vals):
        """Refuse to change what is published, and states set by hand.

        :raise UserError: naming the publication
        """
        if vals.keys() & STEP_FIELDS and self.env.context.get("parts_price_step") is not _STEP:
            self._refuse_step_by_hand()
        if vals.keys() & FROZEN_FIELDS:
            self._check_not_frozen()
        if vals.keys() & {"policy_id", "date_from"}:
            for publication in self:
                if publication.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(publication)s is no longer a draft: set it back to draft before "
                            "you change its policy or its day.",
                            publication=publication.name,
                        )
                    )
        return super().write(vals)

    def _check_not_frozen(self):
        """What was published is the proof of its prices.

        :raise UserError: naming the publication
        """
        for publication in self:
            if publication.state in ("published", "withdrawn"):
                raise UserError(
                    self.env._(
                        "%(publication)s was published: it is no longer edited. Write a message "
                        "below it, or publish again from a later day.",
                        publication=publication.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for publication in self:
            if publication.state in ("published", "withdrawn"):
                raise UserError(
                    self.env._(
                        "%(publication)s is published: it stays as the proof of its prices.",
                        publication=publication.name,
                    )
                )

    def unlink(self):
        """A publication that was given up takes its proposal with it."""
        result = super().unlink()
        self.env["parts.price.publication.line"]._forget("publication_id", self)
        return result

    def action_publish(self):
        """Write the ticked prices, for good (P6, P7).

        A proposal without a price beyond the limit may be published as it stands; any other one
        must be approved first.

        :raise UserError: naming what stands in the way
        """
        for publication in self:
            publication._check_state("proposed", "approved")
            lists = publication.policy_id._get_pricelists()
            has_same_prices = publication.list_numbers == publication._get_list_numbers()
            lists._count_publication()
            publication._check_publishable(has_same_prices)
            publication._insert_prices()
            publication._step(
                {
                    "state": "published",
                    "published_by_id": self.env.uid,
                    "published_on": fields.Datetime.now(),
                }
            )
        return True

    def action_draft(self):
        """Take a proposal back to draft: its lines and approval are dropped."""
        for publication in self:
            publication._check_state("proposing", "proposed", "approved", "cancel")
            publication._delete_lines()
            publication._drop_approvals()
            publication._step({"state": "draft", "approved_by_id": False, "approved_on": False})
        return True

    def action_cancel(self):
        """Give a publication up before it is published."""
        for publication in self:
            publication._check_state("draft", "proposing", "proposed", "approved")
            publication._step({"state": "cancel"})
        return True

    def action_view_lines(self):
        """Open the proposal's lines, those to approve first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_publication_line_action"
        )
        return action | {"domain": [("publication_id", "=", self.id)], "context": {}}

    def action_view_prices(self):
        """Open the prices that this publication wrote."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_action"
        )
        return action | {"domain": [("publication_id", "=", self.id)], "context": {}}

    def action_view_price_drops(self):
        """Open what dealers bought shortly before these prices drop."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_drop_action"
        )
        return action | {"domain": [("publication_id", "=", self.id)]}

    def _step(self, vals):
        """Write fields that only a step of the publication may set."""
        self.with_context(parts_price_step=_STEP).write(vals)

    @api.model
    def _refuse_step_by_hand(self):
        raise UserError(
            self.env._("The state of a publication follows from its buttons: use them.")
        )

    def _check_publishable(self, has_same_prices=False):
        """Everything that must hold when prices become final (P1, P2, P6).

        :param has_same_prices: nothing was published or withdrawn since the proposal
        """
        self.ensure_one()
        if self.state == "proposed" and self.approval_count:
            raise UserError(
                self.env._(
                    "%(publication)s holds %(count)s prices that are new or move by more than "
                    "%(limit)s %%: untick them, or have them approved. It waits for: %(pending)s.",
                    publication=self.name,
                    count=self.approval_count,
                    limit=f"{self.policy_id.approval_limit_percent:g}",
                    pending=self.pending_approval,
                )
            )
        if not self.line_count:
            raise UserError(
                self.env._(
                    "%(publication)s holds no ticked price: there is nothing to publish.",
                    publication=self.name,
                )
            )
        self._check_date_from()
        self._check_lines_current(has_same_prices)

    def _check_date_from(self):
        """The past does not change: only a list without prices may start back in time."""
        today = self.env["parts.price"]._get_price_day(company=self.company_id)
        if self.date_from >= today:
            return
        published = self.env["parts.price"].search_count(
            [("pricelist_id", "in", self.policy_id._get_pricelists().ids)], limit=1
        )
        if published:
            raise UserError(
                self.env._(
                    "%(publication)s would change prices from %(date)s on, which is past: choose "
                    "today or a later day.",
                    publication=self.name,
                    date=fields.Date.to_string(self.date_from),
                )
            )

    def _check_lines_current(self, has_same_prices=False):
        """The lists may have moved since the proposal, and parts may have changed class.

        :param has_same_prices: nothing was published or withdrawn since the proposal, so there is
            no need to look each price up again
        """
        self.env.flush_all()
        if has_same_prices:
            published = SQL()
            same_day = moved = SQL("FALSE")
        else:
            published = self.env["parts.price"]._join_price_in_force_sql("line", self.date_from)
            same_day = SQL("published.date_from = %s", self.date_from)
            moved = SQL("%s OR published.price IS DISTINCT FROM line.old_price", same_day)
        stale = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.pricelist_id, %(same_day)s
                FROM parts_price_publication_line line
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                %(published)s
                WHERE line.publication_id = %(publication)s AND line.include
                  AND (%(moved)s
                       OR template.part_class IS DISTINCT FROM line.part_class
                       OR template.is_serviceable IS NOT TRUE)
                LIMIT 1
                """,
                same_day=same_day,
                moved=moved,
                published=published,
                publication=self.id,
            )
        )
        if not stale:
            return
        product_id, pricelist_id, same_day = stale[0]
        values = {
            "publication": self.name,
            "part": self.env["product.product"].browse(product_id).display_name,
            "list": self.env["product.pricelist"].browse(pricelist_id).name,
        }
        if same_day:
            raise UserError(
                self.env._(
                    "“%(part)s” already has a published price on “%(list)s” from this very day: "
                    "choose a later day for %(publication)s.",
                    **values,
                )
            )
        raise UserError(
            self.env._(
                "“%(part)s” or its price on “%(list)s” has changed since %(publication)s was "
                "proposed: propose it again.",
                **values,
            )
        )

    def _insert_prices(self):
        """Freeze the ticked lines as rows of parts.price, in one statement."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO parts_price (
                    pricelist_id, product_id, date_from, price, uom_id, publication_id
                )
                SELECT pricelist_id, product_id, %(day)s, new_price, uom_id, publication_id
                FROM parts_price_publication_line
                WHERE publication_id = %(publication)s AND include
                """,
                day=self.date_from,
                publication=self.id,
            )
        )
        self._forget_prices()

    def _forget_prices(self):
        """After a statement on the table of prices: nothing of it is in the cache any more."""
        self.env["parts.price"].invalidate_model()
        self.env["product.product"].invalidate_model(["published_price"])
        self.invalidate_recordset(["price_ids", "price_count"])
