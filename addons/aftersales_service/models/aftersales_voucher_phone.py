# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import binascii
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from .aftersales_voucher import GIVEN_STATES, WORK_STATES
from .aftersales_voucher_van import BEGUN_STATES
from .aftersales_voucher_waiting import WAITING_FROM

# What is told later than this was kept on the phone without a network: the log says so.
TOLD_LATE = timedelta(minutes=5)
PHONE_VALUES = frozenset(
    {"work_done", "fault_id", "meter_reading", "nongenuine_notice", "signature", "signed_by"}
)
PHONE_STEPS = frozenset(
    {
        "start",
        "done",
        "collect",
        "photo",
        "send_estimate",
        "accept_estimate",
        "refuse_estimate",
        "ask_part",
    }
)
# Photos lie in the file store at most so wide and high, in pixels.
PHOTO_SIZE = (1600, 1600)
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MAX_PHOTO_BYTES = 15 * 1024 * 1024


class AftersalesVoucher(models.Model):
    """One job on one screen of a phone (S3): what it shows, and what it sends.

    The screen works without stock, sales or accounting rights. Every method looks first whether
    the user works on the job; parts come from the user's own van and nowhere else.
    """

    _inherit = "aftersales.voucher"

    # === WHAT THE SCREEN SHOWS === #

    @api.model
    def get_phone_jobs(self):
        """Jobs of the user: given and not finished, and those finished today.

        :return: dict(jobs: list of dict, urgent ones first, then the next appointment; cash: text
            of the money in the user's hands)
        """
        today = self.env.company._get_aftersales_date(fields.Datetime.now())
        start, _end = self.env.company._get_aftersales_bounds(today, today)
        jobs = self.search(
            [
                ("is_mine", "=", True),
                "|",
                ("state", "in", GIVEN_STATES),
                "&",
                ("state", "in", ("done", "closed")),
                ("done_at", ">=", start),
            ]
        )
        last = fields.Datetime.now() + timedelta(days=3650)
        ordered = jobs.sorted(
            lambda job: (job._is_frozen(), -int(job.priority), job.planned_start or last, job.id)
        )
        return {
            "jobs": [job._get_phone_head() for job in ordered],
            "cash": self._get_phone_cash(),
        }

    def get_phone_job(self):
        """All that the screen shows of one job.

        :raises AccessError: when the job is somebody else's
        """
        self.ensure_one()
        self._check_own_job()
        return self._get_phone_job()

    def get_phone_catalog(self):
        """What can be put on the job: labour of the fee schedule, parts in the user's own van.

        :return: dict(operations, parts, faults, van: name or False)
        :raises AccessError: when the job is somebody else's
        """
        self.ensure_one()
        self._check_own_job()
        van = self._get_phone_van()
        return {
            "operations": self._get_phone_operations(),
            "parts": self._get_phone_parts(van),
            "faults": [
                {"id": fault.id, "name": fault.display_name}
                for fault in self.env["aftersales.fault"].search([])
            ],
            "van": van.name,
        }

    # === WHAT THE SCREEN SENDS === #

    def phone_submit(self, key, values=None, step=None, told_at=None):
        """Take what the technician entered, and the step that was pressed; each key once.

        :param str key: drawn by the phone; the same one when it sends again
        :param dict values: work_done, fault_id, meter_reading, nongenuine_notice, signature,
            signed_by; lines: list
            of dict(id or key, operation_id or product_id and lot_id, quantity); removed: list of
            ids and keys of lines; and what a step asks for (name, reason, amount, photo)
        :param str step: start, done, collect, photo, send_estimate, accept_estimate,
            refuse_estimate, ask_part
        :param str told_at: when it was entered, by the phone's clock, in UTC
        :return: dict, see ``get_phone_job``
        :raises AccessError: when the job is somebody else's, or parts leave another's van
        :raises UserError: when the step is not to be done now, or parts are not in the van
        """
        self.ensure_one()
        self._check_own_job()
        values = values or {}
        told_at = fields.Datetime.to_datetime(told_at) if told_at else False
        if step and step not in PHONE_STEPS:
            raise UserError(self.env._("Unknown step: reload the page."))
        if self.env["aftersales.voucher.submission"]._claim(self, key, step, told_at):
            self._write_phone_values(values)
            if step:
                self._do_phone_step(step, values)
            self._log_told_late(step, told_at)
        return self._get_phone_job()

    def _write_phone_values(self, values):
        """Write what changes anything, in one go: a signature counts for the lines beside it."""
        vals = {
            name: value
            for name, value in values.items()
            if name in PHONE_VALUES and (name == "signature" or self._is_phone_change(name, value))
        }
        if "signature" in vals:
            vals["signature"] = self._get_image_data(vals["signature"])
        commands = self._get_phone_commands(values.get("lines"), values.get("removed"))
        if commands:
            vals["line_ids"] = commands
        if vals:
            self.write(vals)
        if commands:
            self._check_phone_parts()

    def _is_phone_change(self, name, value):
        current = self[name].id if name == "fault_id" else self[name]
        return (current or False) != (value or False)

    def _get_phone_commands(self, rows, removed):
        """Commands that bring the job's lines to what the phone says; known ones are not doubled.

        :param list rows: see ``phone_submit``
        :param list removed: ids and keys of lines that were taken off
        """
        by_key = {line.phone_key: line for line in self.line_ids if line.phone_key}
        by_id = {line.id: line for line in self.line_ids}
        gone = set(removed or ())
        commands = [
            fields.Command.delete(line.id)
            for line in self.line_ids
            if line.id in gone or (line.phone_key and line.phone_key in gone)
        ]
        for row in rows or ():
            if row.get("id") in gone or row.get("key") in gone:
                continue
            line = by_id.get(row.get("id")) or by_key.get(row.get("key"))
            if line:
                quantity = self._get_phone_quantity(row)
                if quantity and quantity != line.quantity:
                    commands.append(fields.Command.update(line.id, {"quantity": quantity}))
            elif not row.get("id"):
                commands.append(fields.Command.create(self._prepare_phone_line_vals(row)))
        return commands

    def _prepare_phone_line_vals(self, row):
        """Values of a new line: an operation of the fee schedule, or a part of the own van."""
        vals = {"phone_key": row.get("key") or False}
        quantity = self._get_phone_quantity(row)
        if quantity:
            vals["quantity"] = quantity
        if row.get("operation_id"):
            return {**vals, "operation_id": row["operation_id"]}
        if not row.get("product_id"):
            raise UserError(self.env._("Choose an operation or a part first."))
        return {
            **vals,
            "line_type": "part",
            "product_id": row["product_id"],
            "lot_id": row.get("lot_id") or False,
        }

    def _get_phone_quantity(self, row):
        """Quantity of a line that came in; False leaves it to the fee schedule.

        :raises UserError: when it is no number above zero
        """
        quantity = row.get("quantity")
        if quantity is None or quantity is False:
            return False
        if not isinstance(quantity, int | float) or not 0 < quantity < 1e9:
            raise UserError(self.env._("The quantity on a line of a job must be above zero."))
        return quantity

    def _do_phone_step(self, step, values):
        """Press the button that the technician pressed."""
        if step == "start":
            self._arrive_on_site()
        elif step == "done":
            self.action_done()
        elif step == "collect":
            self.action_collect()
        elif step == "ask_part":
            self._ask_part_by_phone(values)
        elif step == "photo":
            self._add_photo(values.get("photo"), values.get("photo_name"))
        elif step == "send_estimate":
            self.action_send_estimate()
        elif step == "accept_estimate":
            self._show_estimate(values.get("amount"))
            self._accept_estimate(values.get("name"))
        elif step == "refuse_estimate":
            self._show_estimate(values.get("amount"))
            self._refuse_estimate(values.get("reason"))

    def _arrive_on_site(self):
        """The user's own visit begins, and the job with it (S3)."""
        self.ensure_one()
        visit = self.appointment_ids.filtered(
            lambda visit: visit.state == "planned" and visit.technician_user_id == self.env.user
        ).sorted("start")[:1]
        if visit:
            visit.action_arrive()
        else:
            self.action_start()

    def _show_estimate(self, amount):
        """The breakdown was shown on the technician's screen: it is the one that holds now.

        :param float amount: total that the customer saw
        :raises UserError: when the job comes to another amount meanwhile
        """
        self.ensure_one()
        currency = self.currency_id or self.company_id.currency_id
        if currency.compare_amounts(amount or 0.0, self.amount_customer_total):
            raise UserError(
                self.env._(
                    "%(voucher)s comes to %(amount)s now: show it to the customer again.",
                    voucher=self.display_name,
                    amount=self._format_customer_amount(self.amount_customer_total),
                )
            )
        if self.estimate_state != "sent":
            self._send_estimate(by_mail=False)

    def _add_photo(self, data, name):
        """Keep a photo as an attachment of the job.

        :param str data: base64, or a data URL
        :raises UserError: when it is no image, too large, or the job is closed
        """
        self.ensure_one()
        self._check_state(*GIVEN_STATES, "done")
        image = self._get_image_data(data)
        if not image:
            raise UserError(self.env._("This is no photo: take it again."))
        self.env["ir.attachment"].create(
            {
                "name": (name or self.env._("Photo"))[:100],
                "res_model": self._name,
                "res_id": self.id,
                "datas": image,
            }
        )

    def _get_image_data(self, data):
        """Base64 of an image that really is one, at most of the size that is kept.

        :raises UserError: when it is none
        """
        if not data:
            return False
        encoded = data.split(",", 1)[1] if data.startswith("data:") else data
        try:
            source = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("This is no image: take it again.")) from error
        if guess_mimetype(source) not in PHOTO_TYPES:
            # Also drawings that may carry a script.
            raise UserError(self.env._("This is no image: take it again."))
        if len(source) > MAX_PHOTO_BYTES:
            raise UserError(self.env._("This image is larger than 15 MB: take a smaller one."))
        return base64.b64encode(image_process(source, size=PHOTO_SIZE, verify_resolution=True))

    def _log_told_late(self, step, told_at):
        """Steps are stamped when they come in; what the phone's clock says is kept beside it."""
        now = fields.Datetime.now()
        if step in ("start", "done", "collect") and told_at and now - told_at > TOLD_LATE:
            self.message_post(
                body=self.env._(
                    "Entered at %(time)s by the phone's clock and sent when there was a network.",
                    time=format_datetime(self.env, told_at),
                ),
                subtype_xmlid="mail.mt_note",
            )

    # === THE VAN === #

    def _get_phone_van(self):
        """The user's own van; for whoever directs the service, that of the job's technician.

        :return: stock.location, as superuser, maybe empty
        """
        self.ensure_one()
        # sudo: the van stands on the employee's private file; only its location is used.
        own = self._get_crew().sudo().filtered(lambda e: e.user_id == self.env.user)
        if own:
            return own[:1].van_location_id
        if self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk"):
            return self._get_van()
        raise AccessError(self.env._("%(voucher)s is not your job.", voucher=self.display_name))

    def _get_van_content(self, van):
        """Pieces in a van by product and serial, goods of customers and makers left out.

        :return: dict {(product, lot): quantity in the product's unit}
        """
        # sudo: technicians have no stock rights; the van is the user's own.
        quants = self.env["stock.quant"].sudo()
        return {
            (product, lot): quantity
            for product, lot, quantity in quants._read_group(
                [
                    ("location_id", "child_of", van.id),
                    ("owner_id", "=", False),
                    ("company_id", "=", self.company_id.id),
                ],
                ["product_id", "lot_id"],
                ["quantity:sum"],
                having=[("quantity:sum", ">", 0)],
            )
        }

    def _check_phone_parts(self):
        """What the job takes lies in the user's van.

        :raises UserError: naming the part, what lies there and what is asked
        """
        parts = self._get_part_lines()
        if not parts:
            return
        van = self._get_phone_van()
        if not van:
            raise UserError(
                self.env._(
                    "You have no van, so you cannot take parts: have one set on the employee."
                )
            )
        content = self._get_van_content(van)
        # Parts of a colleague's van are his to count.
        mine = parts.filtered(lambda line: line._get_van() == van)
        # Fitted on jobs that are not signed yet: they are not in the van any more.
        used = self._get_van_demand(van, mine.product_id, BEGUN_STATES)
        for (product, lot), lines in mine.grouped(
            lambda part: (part.product_id, part.lot_id)
        ).items():
            asked = lines._get_product_quantity()
            there = sum(
                quantity
                for (stored, serial), quantity in content.items()
                if stored == product and (not lot or serial == lot)
            )
            other = used.get(product.id, 0.0) if not lot else 0.0
            if other and product.uom_id.compare(asked + other, there) > 0:
                raise UserError(
                    self.env._(
                        "Your van %(van)s holds %(there)s of %(product)s, of which %(other)s are "
                        "used on other jobs, and this one would take %(asked)s: finish those jobs, "
                        "have more issued, or correct the quantity.",
                        van=van.name,
                        there=f"{there:g}",
                        product=product.display_name,
                        other=f"{other:g}",
                        asked=f"{asked:g}",
                    )
                )
            if product.uom_id.compare(asked, there) > 0:
                raise UserError(
                    self.env._(
                        "Your van %(van)s holds %(there)s of %(product)s and the job would take "
                        "%(asked)s: have more issued, or correct the quantity.",
                        van=van.name,
                        there=f"{there:g}",
                        product=" ".join(name for name in (product.display_name, lot.name) if name),
                        asked=f"{asked:g}",
                    )
                )

    # === FIGURES FOR THE SCREEN === #

    def _get_phone_cash(self):
        """Money in the user's own hands, as text; empty where there is none."""
        rows = self.env["aftersales.cash.report"].search([("user_id", "=", self.env.uid)])
        totals = rows.grouped("currency_id")
        return ", ".join(
            currency.format(sum(found.mapped("amount"))) for currency, found in totals.items()
        )

    def _get_phone_head(self):
        """A job in the list."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.display_name,
            "state": self.state,
            "state_label": self._get_state_label(),
            "urgent": self.priority == "1",
            "late": self.is_late,
            "customer": self.partner_id.name or self.contact_name or "",
            "address": self.address or "",
            "unit": self._get_phone_unit(),
            "fault": self.fault_id.name or self.fault_description or "",
            "window": self._get_phone_window(),
        }

    def _get_phone_unit(self):
        self.ensure_one()
        names = (self.product_id.display_name, self.lot_id.name)
        return " · ".join(name for name in names if name) or self.unit_note or ""

    def _get_phone_window(self):
        """Appointment in the technician's time."""
        self.ensure_one()
        if not self.planned_start:
            return ""
        start = format_datetime(self.env, self.planned_start, dt_format="EEE d MMM HH:mm")
        if not self.planned_end:
            return start
        end = format_datetime(self.env, self.planned_end, dt_format="HH:mm")
        return f"{start}–{end}"

    def _get_phone_job(self):
        self.ensure_one()
        # What is shown is what is stored: totals and prices of lines that have just come in.
        self.env.flush_all()
        return {
            **self._get_phone_head(),
            "contact": self.contact_name or "",
            "phone": self.phone or self.partner_id.phone or "",
            "kind": self._get_phone_label("kind"),
            "service_type": self._get_phone_label("service_type"),
            "fault_id": self.fault_id.id,
            "fault_description": self.fault_description or "",
            "work_done": self.work_done or "",
            "has_unit": bool(self.lot_id),
            "meter_reading": self.meter_reading,
            "meter": self._get_phone_meter(),
            "needs_signature": self._has_customer(),
            "signed_by": self.signed_by or "",
            "signed": bool(self.signature),
            "has_nongenuine": self.has_nongenuine,
            "nongenuine_notice": self.nongenuine_notice,
            "nongenuine": ", ".join(self._get_nongenuine_lines().mapped("name")),
            "frozen": self._is_frozen(),
            "can_start": self._can_phone_start(),
            "can_finish": self.state in WORK_STATES,
            "lines": [line._get_phone_line() for line in self.line_ids],
            "breakdown": self._get_phone_breakdown(),
            "estimate": {
                "state": self.estimate_state,
                "label": self._get_phone_label("estimate_state"),
                "by": self.estimate_accepted_by or "",
                "reason": self.estimate_refuse_reason or "",
            },
            "collect": {
                "possible": self.is_collectable,
                "at": format_datetime(self.env, self.collected_at) if self.collected_at else "",
                "amount": self._format_customer_amount(self.collected_amount),
            },
            "photos": self._get_phone_photos(),
            "can_ask": self.state in (*WAITING_FROM, "waiting_part"),
            "requisitions": self._get_phone_requisitions(),
        }

    def _get_phone_label(self, name):
        self.ensure_one()
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], "")

    def _get_phone_meter(self):
        """Last reading of the unit's meter, as text."""
        self.ensure_one()
        lot = self.lot_id
        return f"{lot.meter:g} {lot.meter_unit or ''}".strip() if lot.meter else ""

    def _can_phone_start(self):
        self.ensure_one()
        if self.state == "dispatched":
            return True
        return self.state in WORK_STATES and any(
            visit.state == "planned" and visit.technician_user_id == self.env.user
            for visit in self.appointment_ids
        )

    def _get_phone_breakdown(self):
        """What the customer pays, group by group, with tax (S15)."""
        self.ensure_one()
        totals = self._get_tax_totals()
        return {
            "groups": [
                {
                    "label": group["label"],
                    "amount": self._format_customer_amount(group["amount"]),
                    "lines": [
                        {
                            "name": line.name,
                            "quantity": f"{line.quantity:g} {line.uom_id.name}",
                            "amount": self._format_customer_amount(line.amount_customer),
                        }
                        for line in group["lines"]
                    ],
                }
                for group in self._get_breakdown()
            ],
            "untaxed": self._format_customer_amount(totals["base_amount_currency"]),
            "taxes": [
                {
                    "name": tax["group_name"],
                    "amount": self._format_customer_amount(tax["tax_amount_currency"]),
                }
                for subtotal in totals["subtotals"]
                for tax in subtotal["tax_groups"]
            ],
            "amount": totals["total_amount_currency"],
            "total": self._format_customer_amount(totals["total_amount_currency"]),
        }

    def _get_phone_photos(self):
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
                ("mimetype", "=like", "image/%"),
            ],
            order="id",
        )
        return [
            {"id": photo.id, "name": photo.name, "url": f"/web/image/{photo.id}/200x200"}
            for photo in attachments
        ]

    def _get_phone_operations(self):
        """Operations of the fee schedule that this unit's model has a fee for (S15)."""
        self.ensure_one()
        operations = self.env["aftersales.operation"].search(
            [("company_id", "=", self.company_id.id)]
        )
        lines = {
            operation: self.env["aftersales.voucher.line"].new(
                {"voucher_id": self.id, "operation_id": operation.id}
            )
            for operation in operations
        }
        keys = {operation: line._get_fee_key() for operation, line in lines.items()}
        fees = operations._get_fees(keys.values())
        return [
            {
                "id": operation.id,
                "code": operation.code,
                "name": operation.name,
                "hours": fees[key].standard_hours,
                "price": fees[key].amount,
                "label": fees[key].currency_id.format(fees[key].amount),
            }
            for operation, key in keys.items()
            if key in fees
        ]

    def _get_phone_parts(self, van):
        """What lies in the van, with the job's prices."""
        self.ensure_one()
        if not van:
            return []
        content = self._get_van_content(van)
        products = self.env["product.product"].union(*(key[0] for key in content))
        products = products.sudo(self.env.su).with_env(self.env)
        currency = self.currency_id or self.company_id.currency_id
        prices = self.pricelist_id._get_products_price(
            products, 1.0, currency=currency, date=self.registered_at
        )
        found = {}
        for (product, lot), quantity in content.items():
            product = product.with_env(self.env)
            part = found.setdefault(
                product.id,
                {
                    "product_id": product.id,
                    "name": product.name,
                    "code": product.default_code or "",
                    "barcode": product.barcode or "",
                    "tracking": product.tracking,
                    "quantity": 0.0,
                    "uom": product.uom_id.name,
                    "price": prices.get(product.id, 0.0),
                    "label": self._format_customer_amount(prices.get(product.id, 0.0)),
                    "lots": [],
                },
            )
            part["quantity"] += quantity
            if lot:
                part["lots"].append({"id": lot.id, "name": lot.name, "quantity": quantity})
        return sorted(found.values(), key=lambda part: (part["code"], part["name"]))
