# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command

from odoo.addons.aftersales_service.tests.common import ServiceCommon


class KnowledgeMixin:
    """A keeper, and articles made in one line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls._user("t_keeper", "aftersales_service.group_service_knowledge")
        cls.articles = cls.env["aftersales.article"]

    @classmethod
    def _draft(cls, name="T article", **values):
        return cls.articles.create(
            {"name": name, "solution": "<p>Do this</p>", "user_id": cls.keeper.id, **values}
        )

    @classmethod
    def _released(cls, name="T article", **values):
        article = cls._draft(name, **values)
        article.action_release()
        return article

    @classmethod
    def _asked(cls, *users, **values):
        """A version in discussion, with these people."""
        article = cls._draft(
            opinion_ids=[Command.create({"user_id": user.id}) for user in users], **values
        )
        article.action_discuss()
        return article


class KnowledgeCommon(KnowledgeMixin, ServiceCommon):
    pass
