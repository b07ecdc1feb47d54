# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_article import OPEN_STATES

ACTIVITY = "mail.mail_activity_data_todo"


class AftersalesArticleOpinion(models.Model):
    """What one of those who carry an article out says about it before it is released (S22)."""

    _name = "aftersales.article.opinion"
    _description = "Opinion on an Article"
    _inherit = ["aftersales.protected.mixin", "aftersales.step.mixin"]
    _order = "article_id, id"
    _rec_name = "user_id"

    _step_model = "aftersales.article"

    article_id = fields.Many2one(
        "aftersales.article", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    answer = fields.Selection(
        [("asked", "Awaited"), ("agreed", "Agrees"), ("objected", "Does Not Agree")],
        default="asked",
        required=True,
        readonly=True,
        help="Given by the person, by the buttons of the article.",
    )
    answered_at = fields.Datetime(readonly=True)
    comment = fields.Text(help="What should be different, and why.")
    state = fields.Selection(related="article_id.state")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _person_once = models.UniqueIndex(
        "(article_id, user_id)", "This person is asked already: one line each."
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for opinion in self:
            opinion.is_mine = opinion.user_id == self.env.user

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Name who carries it out; who is added during the discussion is asked at once.

        :raises UserError: when the version was released already
        """
        for vals in vals_list:
            self._check_protected(vals)
        opinions = super().create(vals_list)
        opinions._check_open()
        opinions.filtered(lambda opinion: opinion.state == "discussed")._ask()
        return opinions

    def write(self, vals):
        """Each one writes his own comment; whom it is about does not change."""
        if not self._is_step():
            self._check_protected(vals)
            self._check_open()
            if "user_id" in vals or "article_id" in vals:
                raise UserError(self.env._("Add a line for the other person instead."))
            if not self.env.su and any(opinion.user_id != self.env.user for opinion in self):
                raise AccessError(self.env._("Each one writes his own comment."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        self._check_open()
        self._drop_activities()

    # === ACTIONS === #

    def action_agree(self):
        """Button of the own line."""
        return self.article_id.action_agree()

    def action_object(self):
        """Button of the own line."""
        return self.article_id.action_object()

    # === BUSINESS METHODS === #

    def _ask(self):
        """Ask these people, each by an activity of his own."""
        self._write_step({"answer": "asked", "answered_at": False})
        self._drop_activities()
        for opinion in self:
            # sudo: whoever asks may not write another one's list of things to do.
            opinion.article_id.sudo().activity_schedule(
                ACTIVITY,
                summary=self.env._("Do you agree to this version?"),
                user_id=opinion.user_id.id,
            )

    def _answer(self, answer):
        """Take the answer down and tick the activity off."""
        self._write_step({"answer": answer, "answered_at": fields.Datetime.now()})
        self._drop_activities()
        labels = dict(self._fields["answer"]._description_selection(self.env))
        for opinion in self:
            opinion.article_id.message_post(body=opinion.comment or labels[answer])
        return True

    def _drop_activities(self):
        for opinion in self:
            # sudo: the activities that this discussion has made, of this person alone.
            opinion.article_id.sudo().activity_unlink([ACTIVITY], user_id=opinion.user_id.id)

    # === HELPERS === #

    def _write_step(self, vals):
        # sudo: stamps of the discussion; its steps have checked who takes them.
        return super(AftersalesArticleOpinion, self.sudo())._write_step(vals)

    def _check_open(self):
        for opinion in self:
            if opinion.article_id.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%s was released: who agreed to it does not change any more.",
                        opinion.article_id.display_name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"answer", "answered_at"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("given by the person, by the buttons “I Agree” and “I Do Not Agree”.")
