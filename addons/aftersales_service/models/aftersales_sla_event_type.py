# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError


class AftersalesSlaEventType(models.Model):
    """Something that happens to a document and starts, stops or holds the clock of a promise (S8).

    Either it is recorded by hand, or by itself when a field of the document changes.
    """

    _name = "aftersales.sla.event.type"
    _description = "Kind of Deadline Event"
    _inherit = ["aftersales.cached.mixin"]
    _order = "model, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(
        required=True, help="Name by which programs record the event: letters, digits and _."
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Document",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self.env["aftersales.sla.mixin"]._get_sla_models())],
        help="What the event happens to.",
    )
    model = fields.Char(related="model_id.model", string="Document Model", store=True, index=True)
    is_pause = fields.Boolean(
        string="Holds the Clock",
        help="The clock of a promise stands still from its beginning to its end.",
    )
    trigger = fields.Selection(
        [
            ("manual", "By Hand"),
            ("set", "Field Is Filled In"),
            ("value", "Field Takes a Value"),
            ("passed", "Date Has Passed"),
        ],
        default="manual",
        required=True,
        help="By hand: somebody records it, with a reason. A date that is filled in is itself "
        "the moment of the event; otherwise it is the moment of the change.",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True)]",
        help="Field whose change is the event.",
    )
    field_name = fields.Char(related="field_id.name", store=True)
    value = fields.Char(help="Technical value that the field takes, such as done.")

    _code_unique = models.UniqueIndex(
        "(model_id, code)", "This document has an event with this code already: choose another."
    )
    _trigger_has_field = models.Constraint(
        "CHECK(trigger = 'manual' OR field_id IS NOT NULL)",
        "Choose the field whose change is the event, or let it be recorded by hand.",
    )
    _trigger_has_value = models.Constraint(
        "CHECK(trigger != 'value' OR value IS NOT NULL)",
        "Write the value that the field takes.",
    )

    # === CONSTRAINTS === #

    @api.constrains("trigger", "is_pause", "field_id", "model_id")
    def _check_trigger(self):
        for kind in self:
            if kind.field_id and kind.field_id.model_id != kind.model_id:
                raise ValidationError(
                    self.env._(
                        "Field %(field)s is not one of %(document)s: choose a field of the "
                        "document of event %(event)s.",
                        field=kind.field_id.field_description,
                        document=kind.model_id.name,
                        event=kind.name,
                    )
                )
            if kind.trigger == "passed" and kind.field_id.ttype not in ("date", "datetime"):
                raise ValidationError(
                    self.env._(
                        "Event %(event)s waits for a date to pass: choose a date field.",
                        event=kind.name,
                    )
                )
            if kind.is_pause and kind.trigger not in ("manual", "value"):
                raise ValidationError(
                    self.env._(
                        "Event %(event)s holds the clock: it begins and ends by hand, or with a "
                        "value of a field.",
                        event=kind.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse another document once there are events."""
        if "model_id" in vals and any(kind.model_id.id != vals["model_id"] for kind in self):
            logged = self.env["aftersales.sla.event"].sudo()  # a count, of whatever company
            if logged.search_count([("type_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "%(event)s has been recorded on documents already: make a new event for "
                        "the other document.",
                        event=self[:1].name,
                    )
                )
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("model")
    def _get_watched(self, model):
        """What a document of a model has to look at when it is written.

        Only events that an active policy needs are watched: a model without policies pays nothing.

        :return: (dict {field name: ((type id, trigger, value, is pause), …)}, frozenset of the
            fields in the policies' domains), or None when there is nothing to watch
        """
        # sudo: which events exist is the same for everybody who writes a document.
        policies = self.env["aftersales.sla.policy"].sudo().search([("model", "=", model)])
        if not policies:
            return None
        triggers = defaultdict(list)
        for kind in policies._get_event_types():
            if kind.trigger in ("set", "value"):
                triggers[kind.field_name].append((kind.id, kind.trigger, kind.value, kind.is_pause))
        return (
            {name: tuple(kinds) for name, kinds in triggers.items()},
            policies._get_domain_fields(),
        )
