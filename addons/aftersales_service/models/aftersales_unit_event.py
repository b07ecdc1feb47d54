# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL

# Room in the ids of events for so many sources; a source keeps its place for ever.
SOURCES = 64


class AftersalesUnitEvent(models.Model):
    """Everything that ever happened to a unit, newest first (S14): read from what it comes from.

    Nothing is stored. Each source is searched with the reader's own rights, so the timeline shows
    nobody more than the lists behind it: a technician sees his own jobs, a complaint about an
    employee stays with those who handle it.
    """

    _name = "aftersales.unit.event"
    _description = "Event in the Life of a Unit"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "stock.lot": ["made_on", "shipped_on", "sold_on", "dealer_id"],
        "aftersales.voucher": [
            *("lot_id", "number", "reference", "registered_at", "state", "kind"),
            *("fault_description", "work_done", "partner_id"),
        ],
        "aftersales.callback": ["voucher_id", "called_at", "outcome", "note"],
        "aftersales.complaint": ["lot_id", "name", "registered_at", "subject", "partner_id"],
        "aftersales.goods.receipt": ["name", "received_at", "partner_id"],
        "aftersales.goods.receipt.line": ["lot_id", "receipt_id"],
        "aftersales.unit.user": ["lot_id", "partner_id", "date_from", "reason", "told_by"],
        "aftersales.meter.reading": ["lot_id", "date", "value", "is_replacement", "note"],
        "aftersales.insurance.policy": [
            *("lot_id", "name", "date_from", "insurer_id", "holder_id", "active"),
        ],
        "aftersales.registration": [
            *("lot_id", "registered_at", "state", "dealer_id", "user_name", "name"),
        ],
        "aftersales.entitlement": ["lot_id", "date_start", "name", "active"],
        "aftersales.contract": ["name", "partner_id"],
        "aftersales.contract.unit": ["lot_id", "date_from", "contract_id"],
        "aftersales.reminder": ["lot_id", "sent_at", "partner_id"],
        "aftersales.claim": ["name", "submitted_at", "partner_id"],
        "aftersales.claim.case": ["lot_id", "claim_id"],
    }

    lot_id = fields.Many2one("stock.lot", string="Unit", readonly=True)
    date = fields.Datetime(string="Moment", readonly=True, help="When it happened.")
    day = fields.Date(
        string="Date", readonly=True, help="Day on which it happened, in the reader's time zone."
    )
    kind = fields.Selection(
        "_selection_kind", string="What", readonly=True, help="What kind of thing happened."
    )
    name = fields.Char(string="Document", readonly=True)
    detail = fields.Char(string="Details", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Who", readonly=True)
    job_kind = fields.Selection(
        selection=lambda self: self._get_voucher_selection("kind"),
        string="Kind of Job",
        readonly=True,
    )
    job_state = fields.Selection(
        selection=lambda self: self._get_voucher_selection("state"), string="State", readonly=True
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @api.model
    def _selection_kind(self):
        """Kinds of events. Hook: extend it with those of your sources."""
        return [
            ("made", self.env._("Made")),
            ("shipment", self.env._("Shipped")),
            ("sale", self.env._("Sold")),
            ("registration", self.env._("Retail Registration")),
            ("user", self.env._("New User")),
            ("job", self.env._("Job")),
            ("callback", self.env._("Callback")),
            ("complaint", self.env._("Complaint")),
            ("goods", self.env._("Goods Taken In")),
            ("meter", self.env._("Meter Reading")),
            ("policy", self.env._("Insurance Policy")),
            ("entitlement", self.env._("Warranty Begins")),
            ("contract", self.env._("Contract")),
            ("claim", self.env._("Claim")),
            ("reminder", self.env._("Reminder")),
        ]

    @api.model
    def _get_voucher_selection(self, name):
        return self.env["aftersales.voucher"]._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        branches = [
            self._get_branch(place, *source)
            for place, source in self._get_sources().items()
            if self.env[source[1]].has_access("read")
        ]
        return SQL(" UNION ALL ").join(branches) if branches else self._get_nothing()

    @api.model
    def _get_sources(self):
        """What the timeline is made of. Hook: add a source at a place below ``SOURCES``.

        :return: {place: (kind, model, {column of the event: column of the model})}; a column may
            be SQL, or a path of two steps through a many2one. ``document`` says what opens, where
            that is not the record itself: (model, column of its id)
        """
        return {
            0: ("made", "stock.lot", {"lot_id": "id", "date": "made_on"}),
            1: ("shipment", "stock.lot", {"lot_id": "id", "date": "shipped_on"}),
            2: (
                "sale",
                "stock.lot",
                {"lot_id": "id", "date": "sold_on", "partner_id": "dealer_id"},
            ),
            3: (
                "job",
                "aftersales.voucher",
                {
                    "date": "registered_at",
                    "name": SQL("COALESCE(number, reference)"),
                    "detail": SQL("COALESCE(NULLIF(work_done, ''), fault_description)"),
                    "partner_id": "partner_id",
                    "job_kind": "kind",
                    "job_state": "state",
                },
            ),
            4: (
                "callback",
                "aftersales.callback",
                {
                    "lot_id": "voucher_id.lot_id",
                    "date": "called_at",
                    "name": "voucher_id.number",
                    "detail": "note",
                    "document": ("aftersales.voucher", "voucher_id"),
                },
            ),
            5: (
                "complaint",
                "aftersales.complaint",
                {
                    "date": "registered_at",
                    "name": "name",
                    "detail": "subject",
                    "partner_id": "partner_id",
                },
            ),
            6: (
                "goods",
                "aftersales.goods.receipt.line",
                {
                    "date": "receipt_id.received_at",
                    "name": "receipt_id.name",
                    "partner_id": "receipt_id.partner_id",
                    "document": ("aftersales.goods.receipt", "receipt_id"),
                },
            ),
            7: (
                "user",
                "aftersales.unit.user",
                {"date": "date_from", "detail": "reason", "partner_id": "partner_id"},
            ),
            8: (
                "meter",
                "aftersales.meter.reading",
                {"date": "date", "name": SQL("trim_scale(value)::varchar"), "detail": "note"},
            ),
            9: (
                "policy",
                "aftersales.insurance.policy",
                {"date": "date_from", "name": "name", "partner_id": "insurer_id"},
            ),
            10: (
                "registration",
                "aftersales.registration",
                {
                    "date": "registered_at",
                    "name": "name",
                    "detail": "user_name",
                    "partner_id": "dealer_id",
                },
            ),
            11: (
                "entitlement",
                "aftersales.entitlement",
                {"date": "date_start", "detail": "name"},
            ),
            12: (
                "contract",
                "aftersales.contract.unit",
                {
                    "date": "date_from",
                    "name": "contract_id.name",
                    "partner_id": "contract_id.partner_id",
                    "document": ("aftersales.contract", "contract_id"),
                },
            ),
            13: (
                "reminder",
                "aftersales.reminder",
                {"date": "sent_at", "partner_id": "partner_id"},
            ),
            14: (
                "claim",
                "aftersales.claim.case",
                {
                    "date": "claim_id.submitted_at",
                    "name": "claim_id.name",
                    "partner_id": "claim_id.partner_id",
                    "document": ("aftersales.claim", "claim_id"),
                },
            ),
        }

    def _get_branch(self, place, kind, model, columns):
        """Events of one source, as SQL, within what the reader may see of it."""
        columns = {"lot_id": "lot_id", **columns}
        needed = [columns[name] for name in ("lot_id", "date") if columns[name] != "id"]
        records = self.env[model].with_context(active_test=False)
        query = records._search([(name, "!=", False) for name in needed])
        document, document_id = columns.get("document", (model, "id"))

        def column(name, sql_type):
            return SQL("%s::%s", self._get_column(records, query, name), SQL(sql_type))

        return query.select(
            SQL("%s * %s + %s AS id", column("id", "bigint"), SQL(str(SOURCES)), SQL(str(place))),
            SQL("%s AS lot_id", column(columns["lot_id"], "integer")),
            SQL("%s AS date", column(columns["date"], "timestamp")),
            SQL("%s AS day", self._get_day(records, columns["date"], column)),
            SQL("%s::varchar AS kind", kind),
            SQL("%s AS name", column(columns.get("name"), "varchar")),
            SQL("left(%s, 200) AS detail", column(columns.get("detail"), "varchar")),
            SQL("%s AS partner_id", column(columns.get("partner_id"), "integer")),
            SQL("%s AS job_kind", column(columns.get("job_kind"), "varchar")),
            SQL("%s AS job_state", column(columns.get("job_state"), "varchar")),
            SQL("%s::varchar AS res_model", document),
            SQL("%s AS res_id", column(document_id, "integer")),
        )

    @api.model
    def _get_day(self, records, name, column):
        """Day of an event; moments are looked at in the reader's time zone."""
        first, _dot, second = name.partition(".")
        field = records._fields[first]
        if second:
            field = self.env[field.comodel_name]._fields[second]
        if field.type == "date":
            return column(name, "date")
        zone = self.env.tz.zone
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column(name, "timestamp"), zone)

    @api.model
    def _get_column(self, records, query, name):
        """A column of a source, as SQL; the second step of a path is joined."""
        if not isinstance(name, str):
            return name or SQL("NULL")
        first, _dot, second = name.partition(".")
        if not second:
            return SQL.identifier(records._table, first)
        comodel = self.env[records._fields[first].comodel_name]
        alias = query.make_alias(records._table, first)
        if alias not in query._joins:
            query.left_join(records._table, first, comodel._table, "id", first)
        return SQL.identifier(alias, second)

    @api.model
    def _get_nothing(self):
        """An empty table with the columns of events, for who may read no source at all."""
        return SQL(
            "SELECT NULL::bigint AS id, NULL::integer AS lot_id, NULL::timestamp AS date,"
            " NULL::date AS day,"
            " NULL::varchar AS kind, NULL::varchar AS name, NULL::varchar AS detail,"
            " NULL::integer AS partner_id, NULL::varchar AS job_kind, NULL::varchar AS job_state,"
            " NULL::varchar AS res_model, NULL::integer AS res_id WHERE FALSE"
        )

    def action_open(self):
        """Open what the event comes from."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
        if self.res_model == "stock.lot":
            form = self.env.ref("aftersales_service.stock_lot_view_form_unit")
            action["views"] = [(form.id, "form")]
        return action
