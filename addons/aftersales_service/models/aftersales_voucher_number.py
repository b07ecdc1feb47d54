# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2 import errors as pgerrors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesVoucher(models.Model):
    """How entries are named: a plain reference at once, a gap-free number at dispatch (S1, S3).

    Each number exists once in a company and year, and none is left out, also when two
    supervisors dispatch at the same moment or one of them fails half-way.
    """

    _inherit = "aftersales.voucher"

    reference = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
        help="Reference of the entry in the call-in register.",
    )
    number = fields.Char(
        string="Voucher Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Drawn at dispatch, without gaps in a company and year (S3).",
    )
    number_year = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="Year of dispatch, company time."
    )
    number_index = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="Running number inside the year."
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number_year, number_index) WHERE number_index > 0",
        "This voucher number is taken.",
    )

    # === COMPUTE METHODS === #

    @api.depends("number", "reference")
    def _compute_display_name(self):
        for voucher in self:
            voucher.display_name = voucher.number or voucher.reference

    # === BUSINESS METHODS === #

    def _reserve_numbers(self):
        """Draw gap-free numbers (S3) for all vouchers of the batch, per company and year.

        The year is that of the dispatch, on the company's calendar.

        The first number of a batch is taken as ``sequence.mixin`` does: an UPDATE of a row that
        the unique index covers. Who comes second waits on the index entry and then takes the
        next number, or this one where the first transaction rolled back; so no number is lost
        and none is doubled. The rest of the batch follows in one statement: nobody else can be
        past a number that is not committed.
        """
        # Companies in a fixed order: two batches never wait for each other.
        for (company, year), vouchers in sorted(
            self.grouped(
                lambda v: (v.company_id, v._get_company_date(v._get_numbered_at()).year)
            ).items(),
            key=lambda item: (item[0][0].id, item[0][1]),
        ):
            ids = sorted(vouchers.ids)
            first = self._lock_next_number(company, year, ids[0])
            if ids[1:]:
                rest = range(first + 1, first + len(ids))
                self.env.cr.execute(
                    SQL(
                        """UPDATE aftersales_voucher AS voucher
                              SET number_year = %(year)s,
                                  number_index = rest.number_index,
                                  number = rest.number
                             FROM unnest(%(ids)s, %(indexes)s, %(numbers)s)
                                  AS rest(id, number_index, number)
                            WHERE voucher.id = rest.id""",
                        year=year,
                        ids=ids[1:],
                        indexes=list(rest),
                        numbers=[self._format_number(year, index) for index in rest],
                    )
                )
            vouchers.invalidate_recordset(["number", "number_year", "number_index", "display_name"])

    def _get_numbered_at(self):
        """Moment whose year the number belongs to. Hook: walk-ins are not dispatched."""
        self.ensure_one()
        return self.dispatched_at

    def _lock_next_number(self, company, year, voucher_id):
        """Take the next number for one voucher; the index entry stays locked until commit."""
        self.flush_model(["company_id", "number_year", "number_index", "state"])
        ((index,),) = self.env.execute_query(
            SQL(
                """SELECT COALESCE(MAX(number_index), 0) FROM aftersales_voucher
                    WHERE company_id = %s AND number_year = %s AND number_index > 0""",
                company.id,
                year,
            )
        )
        with self.env.cr.savepoint(flush=False) as savepoint:
            while True:
                index += 1
                try:
                    self.env.cr.execute(
                        SQL(
                            """UPDATE aftersales_voucher
                                  SET number_year = %s, number_index = %s, number = %s
                                WHERE id = %s""",
                            year,
                            index,
                            self._format_number(year, index),
                            voucher_id,
                        ),
                        log_exceptions=False,
                    )
                    return index
                except pgerrors.UniqueViolation:
                    savepoint.rollback()

    @api.model
    def _format_number(self, year, index):
        """How a number is written, e.g. SV/2026/00042. Hook: houses may want another form."""
        return f"SV/{year}/{index:05d}"

    @api.model
    def _draw_references(self, company_id, count):
        """Plain references of the register, drawn at once for a batch; gaps are allowed here.

        :return: list of ``count`` strings
        :raises UserError: when nobody left a sequence for them
        """
        # sudo: clerks draw references, they do not read sequences.
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [("code", "=", "aftersales.voucher"), ("company_id", "in", (company_id, False))],
                order="company_id",
                limit=1,
            )
        )
        if not sequence:
            raise UserError(
                self.env._(
                    "The call-in register has no sequence: restore or create one with the code "
                    "“aftersales.voucher” (Settings > Technical > Sequences)."
                )
            )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "reference",
            "number",
            "number_year",
            "number_index",
        }
