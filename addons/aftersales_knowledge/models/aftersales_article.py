# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import is_html_empty

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

KEEPERS = (
    "aftersales_service.group_service_knowledge",
    "aftersales_service.group_service_supervisor",
)
OPEN_STATES = ("draft", "discussed")
# What a version says: who agreed to it agreed to this.
CONTENT_FIELDS = (
    "name",
    "kind",
    "symptoms",
    "cause",
    "solution",
    "keywords",
    "product_ids",
    "categ_ids",
    "fault_ids",
    "attachment_ids",
    "visibility",
)


class AftersalesArticle(models.Model):
    """An article of the knowledge base: a fault with its solution, or a procedure (S22).

    A new version is a record of its own with the same number. Those who carry it out discuss a
    version and agree; then it is released with a day from which it holds, and never changes
    again. Of each number at most one version holds on a day, and that one is found.
    """

    _name = "aftersales.article"
    _description = "Knowledge Article"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "aftersales.reasoned.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "key desc, version desc, id desc"
    _rec_names_search = ["key", "name", "keywords"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Title", required=True, tracking=True)
    key = fields.Char(
        string="Number", readonly=True, copy=False, help="The same for all versions of an article."
    )
    version = fields.Integer(default=1, required=True, readonly=True, copy=False, aggregator=None)
    root_id = fields.Many2one(
        "aftersales.article",
        string="First Version",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        help="By it the versions of an article know each other.",
    )
    kind = fields.Selection(
        [("solution", "Fault and Solution"), ("procedure", "Procedure")],
        default="solution",
        required=True,
        help="A procedure says how something is done; those who do it agree before it holds.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("discussed", "In Discussion"),
            ("released", "Released"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    visibility = fields.Selection(
        [
            ("internal", "Our Own People"),
            ("outlet", "Outlets and Dealers as Well"),
            ("user", "Everybody, on the Web"),
        ],
        default="internal",
        required=True,
        tracking=True,
        help="Who reads it once it is released. Everybody: also visitors without a login.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for all companies.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        default=lambda self: self.env.user,
        required=True,
        index=True,
        domain="[('share', '=', False)]",
        help="Keeps the draft, and hears what people say about it.",
    )

    symptoms = fields.Text(help="What the user sees, hears and says: by these words it is found.")
    cause = fields.Text(help="Why it happens.")
    solution = fields.Html(help="What to do, step by step.")
    keywords = fields.Char(
        help="Other words for it, other languages, part numbers, codes on a display."
    )
    product_ids = fields.Many2many(
        "product.product",
        "aftersales_article_product_rel",
        string="Models",
        check_company=True,
        help="Models that it is about; none: any.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "aftersales_article_categ_rel",
        string="Families",
        help="Product categories that it is about, with those below them.",
    )
    fault_ids = fields.Many2many(
        "aftersales.fault", "aftersales_article_fault_rel", string="Fault Codes"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_article_attachment_rel",
        string="Files",
        copy=False,
        bypass_search_access=True,
        help="Drawings, pictures, forms: readable to whoever reads the article.",
    )
    source_voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Made of Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Job whose solution this was.",
    )
    opinion_ids = fields.One2many(
        "aftersales.article.opinion",
        "article_id",
        string="Carried Out By",
        help="Who carries it out: each one says whether he agrees, before it is released.",
    )
    is_asked = fields.Boolean(
        compute="_compute_is_asked", help="The reader's own opinion is still awaited."
    )
    is_keeper = fields.Boolean(compute="_compute_is_keeper")
    is_mine_to_edit = fields.Boolean(compute="_compute_is_mine_to_edit")

    # Written by the steps only
    date_from = fields.Date(
        string="Valid From",
        copy=False,
        tracking=True,
        help="First day on which it holds. Left empty, it is the day of the release.",
    )
    date_to = fields.Date(
        string="Valid Until",
        readonly=True,
        copy=False,
        help="Day from which a newer version holds, or on which it was withdrawn.",
    )
    released_at = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdraw_reason = fields.Char(readonly=True, copy=False, tracking=True)
    is_valid = fields.Boolean(
        string="Holds Today",
        compute="_compute_is_valid",
        search="_search_is_valid",
        help="Released, and no newer version has taken its place: what is found.",
    )
    version_ids = fields.Many2many(
        "aftersales.article", compute="_compute_version_ids", string="Versions"
    )

    _version_uniq = models.UniqueIndex(
        "(root_id, version)", "Somebody made this version at the same moment: open it."
    )
    _valid_idx = models.Index("(date_from, date_to) WHERE state = 'released'")

    # === COMPUTE METHODS === #

    @api.depends("key", "name", "version")
    def _compute_display_name(self):
        for article in self:
            label = f"[{article.key}] {article.name}" if article.key else article.name
            if article.version > 1:
                label = self.env._(
                    "%(article)s (version %(version)s)", article=label, version=article.version
                )
            article.display_name = label

    @api.depends("opinion_ids.answer", "opinion_ids.user_id", "state")
    @api.depends_context("uid")
    def _compute_is_asked(self):
        for article in self:
            article.is_asked = article.state == "discussed" and any(
                opinion.user_id == self.env.user and opinion.answer == "asked"
                for opinion in article.opinion_ids
            )

    @api.depends_context("uid")
    def _compute_is_keeper(self):
        self.is_keeper = self._is_keeper()

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_is_mine_to_edit(self):
        keeper = self._is_keeper()
        for article in self:
            article.is_mine_to_edit = article.state in OPEN_STATES and (
                keeper or article.user_id == self.env.user
            )

    @api.depends("state", "date_from", "date_to")
    def _compute_is_valid(self):
        day = self._get_today()
        for article in self:
            article.is_valid = (
                article.state == "released"
                and article.date_from <= day
                and (not article.date_to or article.date_to > day)
            )

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        if set(value) >= {True, False}:
            return Domain.TRUE
        return self._get_valid_domain() if True in value else ~self._get_valid_domain()

    @api.depends("root_id")
    def _compute_version_ids(self):
        found = self.search([("root_id", "in", self.root_id.ids)]).grouped("root_id")
        for article in self:
            article.version_ids = found.get(article.root_id, self.browse())

    # === CONSTRAINTS === #

    @api.constrains("attachment_ids")
    def _check_attachment_ids(self):
        """An article shows its own files, not those of another document."""
        for article in self:
            # sudo: only where a file belongs is read.
            for file in article.sudo().attachment_ids:
                # Uploaded to a form that was not saved yet, by the user himself.
                fresh = not file.res_id and file.create_uid.id == self.env.uid
                if file.res_model != self._name or not (fresh or file.res_id == article.id):
                    raise ValidationError(
                        self.env._(
                            "%(file)s belongs to another document: upload it to %(article)s.",
                            file=file.name,
                            article=article.display_name,
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number new articles; a new version comes with the number of its first one.

        :raises UserError: when a user passes what only the steps write
        """
        if not self._is_step():
            for vals in vals_list:
                self._check_protected(vals)
        sequence = self.env["ir.sequence"]
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not vals.get("key"):
                vals["key"] = sequence.next_by_code("aftersales.article")
        articles = super().create(vals_list)
        for article in articles.filtered(lambda article: not article.root_id):
            article._write_step({"root_id": article.id})
        articles._adopt_files()
        return articles

    def write(self, vals):
        """Refuse what only the steps write, and any change of what was released.

        :raises UserError: on a protected field, or on a version that is no draft any more
        """
        if self._is_step():
            return super().write(vals)
        self._check_protected(vals)
        if get_business_fields(vals):
            self._check_not_released()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_files()
        if set(CONTENT_FIELDS).intersection(vals):
            self.filtered(lambda article: article.state == "discussed")._ask_again()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for article, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", article.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        for article in self:
            if article.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%s was released and stays readable: withdraw it instead.",
                        article.display_name,
                    )
                )

    # === ACTIONS === #

    def action_discuss(self):
        """Ask those who carry it out for their opinion.

        :raises UserError: when it is no draft, or nobody is named
        """
        self._check_editor()
        self._check_state("draft")
        for article in self:
            article._check_complete()
            if not article.opinion_ids:
                raise UserError(
                    self.env._(
                        "Enter who carries out %s: they are asked whether they agree.",
                        article.display_name,
                    )
                )
        self._write_step({"state": "discussed"})
        self._ask_again()
        return True

    def action_back_to_draft(self):
        """Take it out of discussion; what people said stays."""
        self._check_editor()
        self._check_state("discussed")
        self._write_step({"state": "draft"})
        self.opinion_ids._drop_activities()
        return True

    def action_agree(self):
        """The reader agrees, as one of those who carry it out."""
        return self._get_own_opinions()._answer("agreed")

    def action_object(self):
        """The reader does not agree; his comment says why."""
        return self._get_own_opinions()._answer("objected")

    def action_release(self):
        """Release versions: from their day on they hold instead of the ones before them.

        :raises AccessError: for whoever keeps no knowledge
        :raises UserError: when somebody asked did not agree, or the day is past
        """
        self._check_keeper()
        for article in self:
            article._release()
        return True

    def action_withdraw(self, reason=None):
        """Withdraw released articles, with a reason; no version of them is found any more."""
        self._check_keeper()
        self._check_state("released")
        if reason is None:
            return self._ask_reason("article_withdraw")
        reason = self._check_reason(reason)
        day = self._get_today()
        for article in self:
            until = min(article.date_to or day, day)
            article._write_step(
                {
                    "state": "withdrawn",
                    "withdraw_reason": reason,
                    "date_to": max(until, article.date_from),
                }
            )
        return True

    def action_new_version(self):
        """Open the draft of the next version; the one that holds goes on holding.

        :raises UserError: when the article was never released
        """
        self.ensure_one()
        return self._make_version()._get_records_action()

    def action_view_uses(self):
        """The jobs and visitors that it helped, or not; all versions together."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_knowledge.aftersales_article_use_action"
        )
        return {**action, "domain": [("root_id", "in", self.root_id.ids)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_valid_domain(self):
        """Versions that hold today."""
        day = self._get_today()
        return (
            Domain("state", "=", "released")
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">", day))
        )

    @api.model
    def _get_portal_domain(self, user):
        """Articles that a visitor of the portal may read; never one for our own people (S22).

        :param user: res.users; the public one for visitors without a login
        """
        # sudo: the visitor's own companies and what he is to us; nothing of it leaves.
        user = user.sudo()
        readable = ["user"]
        if not user._is_public() and (
            not user.share
            or user.partner_id.commercial_partner_id.is_dealer
            or self.env["aftersales.outlet"]._get_portal_outlets(user)
        ):
            readable.append("outlet")
        companies = self.env.company if user._is_public() else user.company_ids
        return (
            self._get_valid_domain()
            & Domain("visibility", "in", readable)
            & Domain("company_id", "in", [False, *companies.ids])
        )

    def _release(self):
        """Release one version on its day, and end the one before it."""
        self.ensure_one()
        self._check_state(*OPEN_STATES)
        self._check_complete()
        self._check_agreed()
        # Two keepers who release two versions of one article wait for each other here.
        self.root_id.lock_for_update()
        day = self._get_today()
        start = self.date_from or day
        if start < day:
            raise UserError(
                self.env._(
                    "%(article)s cannot hold from %(date)s on, which is past: enter today or a "
                    "later day.",
                    article=self.display_name,
                    date=start,
                )
            )
        # sudo: versions of one article belong to one company; its keeper may release them.
        before = self.sudo().search(
            Domain("root_id", "=", self.root_id.id)
            & Domain("state", "=", "released")
            & (Domain("date_to", "=", False) | Domain("date_to", ">", start))
        )
        for other in before:
            if other.date_from > start:
                raise UserError(
                    self.env._(
                        "%(other)s holds from %(date)s on: release this version from that day on, "
                        "or withdraw the other one first.",
                        other=other.display_name,
                        date=other.date_from,
                    )
                )
        before._write_step({"date_to": start})
        self._write_step(
            {
                "state": "released",
                "date_from": start,
                "released_at": fields.Datetime.now(),
                "released_by_id": self.env.uid,
            }
        )
        self.opinion_ids._drop_activities()

    def _make_version(self):
        """Draft of the next version: one at a time.

        :return: aftersales.article
        """
        self.ensure_one()
        newest = self.search([("root_id", "=", self.root_id.id)], order="version desc", limit=1)
        if newest.state in OPEN_STATES:
            if newest == self:
                raise UserError(
                    self.env._("%s is a draft itself: change it as it stands.", self.display_name)
                )
            return newest
        draft = self._with_step().copy(
            {
                "name": self.name,
                "key": self.key,
                "root_id": self.root_id.id,
                "version": newest.version + 1,
                "user_id": self.env.uid,
                "opinion_ids": [
                    Command.create({"user_id": user.id}) for user in self.opinion_ids.user_id
                ],
            }
        )
        draft = draft.with_env(self.env)
        # sudo: files of the old version, whose reader may copy what he reads.
        for file in self.sudo().attachment_ids:
            copied = file.copy({"res_model": self._name, "res_id": draft.id})
            draft.attachment_ids = [Command.link(copied.id)]
        return draft

    def _ask_again(self):
        """What is asked about has changed: all who carry it out are asked anew."""
        self.opinion_ids._ask()

    # === HELPERS === #

    def _adopt_files(self):
        """Files that came before their article was saved belong to it now."""
        for article in self:
            # sudo: those that the constraint let in, which the user has uploaded himself.
            files = article.sudo().attachment_ids
            files.filtered(lambda file: not file.res_id).res_id = article.id

    def _get_today(self):
        """Today in the time zone of the company that is worked for."""
        # sudo: the time zone only.
        return self.env.company.sudo()._get_aftersales_date(fields.Datetime.now())

    @api.model
    def _is_keeper(self):
        return self.env.su or any(self.env.user.has_group(group) for group in KEEPERS)

    def _check_keeper(self):
        if not self._is_keeper():
            raise AccessError(
                self.env._(
                    "Only a knowledge keeper or a service supervisor releases and withdraws "
                    "articles (S22): ask yours."
                )
            )

    def _check_editor(self):
        """Drafts belong to their authors; keepers may help."""
        if not self._is_keeper() and any(article.user_id != self.env.user for article in self):
            raise AccessError(
                self.env._("This draft belongs to its author: write to him in its messages.")
            )

    def _check_complete(self):
        self.ensure_one()
        if is_html_empty(self.solution):
            raise UserError(
                self.env._("%s has no solution yet: write what to do.", self.display_name)
            )

    def _check_agreed(self):
        """Those who carry it out agree before it holds; a procedure asks at least one (S22)."""
        self.ensure_one()
        if self.kind == "procedure" and not self.opinion_ids:
            raise UserError(
                self.env._(
                    "%s is a procedure: enter who carries it out and ask them first.",
                    self.display_name,
                )
            )
        missing = self.opinion_ids.filtered(lambda opinion: opinion.answer != "agreed")
        if missing:
            raise UserError(
                self.env._(
                    "%(names)s did not agree to %(article)s yet: ask them, or take them off.",
                    names=", ".join(missing.user_id.mapped("name")),
                    article=self.display_name,
                )
            )

    def _check_not_released(self):
        for article in self:
            if article.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%s was released and does not change any more: make a new version.",
                        article.display_name,
                    )
                )

    def _get_own_opinions(self):
        """The user's own opinions on what is in discussion.

        :raises UserError: when he was not asked
        """
        self._check_state("discussed")
        own = self.opinion_ids.filtered(lambda opinion: opinion.user_id == self.env.user)
        if len(own) != len(self):
            raise UserError(
                self.env._(
                    "You are not among those who carry it out: write a message to its author."
                )
            )
        return own

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "key",
            "version",
            "root_id",
            "state",
            "date_to",
            "released_at",
            "released_by_id",
            "withdraw_reason",
            "source_voucher_id",
            "search_text",
            "search_grams",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the article only. Use the buttons.")
