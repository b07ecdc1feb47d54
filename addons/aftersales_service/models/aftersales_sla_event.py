# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesSlaEvent(models.Model):
    """One thing that happened to a document, at a moment (S8).

    The log is only added to: every deadline can be replayed from it.
    """

    _name = "aftersales.sla.event"
    _description = "Deadline Event"
    _inherit = ["aftersales.bulk.mixin"]
    _order = "at desc, id desc"
    _rec_name = "type_id"

    type_id = fields.Many2one(
        "aftersales.sla.event.type",
        string="Event",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    phase = fields.Selection(
        [("begin", "Begins"), ("end", "Ends")],
        default="begin",
        required=True,
        readonly=True,
        help="A pause begins and ends; any other event only begins.",
    )
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    at = fields.Datetime(required=True, readonly=True, help="When it happened.")
    reason = fields.Char(readonly=True, help="Why, where somebody recorded it by hand.")
    user_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, readonly=True, ondelete="restrict"
    )

    _record_idx = models.Index("(res_model, res_id, at)")

    def write(self, vals):
        """The log is only added to.

        :raises UserError: always
        """
        if vals:
            raise UserError(
                self.env._("What happened to a document is not rewritten: record another event.")
            )
        return super().write(vals)

    @api.model
    def _get_logs(self, model, res_ids):
        """Logs of documents, in one query.

        :return: dict {document id: aftersales.sla.event}, an empty log for the others
        """
        events = self.search([("res_model", "=", model), ("res_id", "in", res_ids)])
        logs = defaultdict(self.browse)
        logs.update(events.grouped("res_id"))
        return logs

    def _get_marks(self, policy, start):
        """The events behind a start as marks for ``clock.read``, in their order.

        :param policy: aftersales.sla.policy whose stop, ends and pauses count
        :param start: the event that started the clock
        """
        marks = []
        for event in self.sorted(lambda event: (event.at, event.id)):
            kind = event.type_id
            if event != start and kind == policy.stop_type_id:
                if (event.at, event.id) > (start.at, start.id):
                    marks.append((event.at, "stop", kind.id))
            elif kind in policy.end_type_ids:
                if (event.at, event.id) > (start.at, start.id):
                    marks.append((event.at, "end", kind.id))
            elif kind in policy.pause_type_ids:
                marks.append((event.at, "pause" if event.phase == "begin" else "resume", kind.id))
        return marks
