# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load dealers, products and posted invoices from a CSV file into Odoo.

``load(env, path)`` runs inside ``odoo shell``; it needs the modules *account* and *product*
only. It does not commit: the caller does, so a load is there as a whole or not at all. See
``README.md`` beside this file for the rules.
"""

from datetime import date
from pathlib import Path
from time import monotonic
from types import MappingProxyType

from ..csv_file import InputProblem, LoaderError
from .books import Books, BooksProblem
from .bulk_loader import load_in_bulk
from .intake import Intake, reject_file
from .orm_loader import load_with_orm
from .outcome import LoadReport

SAMPLE = Path(__file__).with_name("sample.csv")
DEFAULT_FROM, DEFAULT_TO, DEFAULT_LIMIT = date(2010, 10, 1), date(2010, 12, 31), 300

__all__ = ["SAMPLE", "BooksProblem", "InputProblem", "LoadReport", "LoaderError", "load"]


def load(
    env,
    path,
    *,
    company=None,
    currency="GBP",
    bulk=False,
    date_from=None,
    date_to=None,
    limit=None,
    reject_path=None,
    progress=None,
    drop_overlap=True,
) -> LoadReport:
    """Load the usable invoices of a file; those loaded before are skipped and counted.

    Without ``bulk``, dates and limit: the first 300 usable invoices of the last quarter of 2010.

    :param env: Odoo environment of a user who may post invoices
    :param path: ``.csv`` or ``.csv.xz`` file with the columns of Online Retail II
    :param company: ``res.company`` record, default the environment's
    :param currency: code of the currency of the file; where it isn't the company's, a rate on
        or before the first invoice must exist
    :param bulk: set-based inserts instead of Odoo's own create and post
    :param date_from: first invoice date (``date`` or ISO text), inclusive
    :param date_to: last invoice date, inclusive
    :param limit: at most so many usable invoices, in the order of the file
    :param reject_path: file for the rows that were not used, with the reason
    :param progress: called with (stage, done, total); stages ``read``, ``dealers and products``,
        ``post`` or ``insert``; total is None while it isn't known
    :param drop_overlap: count an invoice that comes again with the same rows as a copy, instead
        of rejecting its rows
    :raises InputProblem: the file can't be used, or has no usable invoice in the range
    :raises BooksProblem: the database can't take the invoices as it stands
    """
    started = monotonic()
    progress = progress or (lambda stage, done, total: None)
    if not bulk and limit is None and date_from is None and date_to is None:
        date_from, date_to, limit = DEFAULT_FROM, DEFAULT_TO, DEFAULT_LIMIT
    books = Books(env, company, currency)
    with reject_file(reject_path) as write_reject:
        intake = Intake(
            path,
            date_from=_as_date(date_from),
            date_to=_as_date(date_to),
            limit=limit,
            drop_overlap=drop_overlap,
            write_reject=write_reject,
            places=books.places,
        )
        outcome = (load_in_bulk if bulk else load_with_orm)(
            books, _reported(intake, progress), progress
        )
    if not intake.invoices:
        raise intake.nothing_found()
    return LoadReport(
        path=Path(path),
        bulk=bulk,
        currency=books.currency.name,
        date_from=intake.date_from,
        date_to=intake.date_to,
        rows_read=intake.read,
        rows_used=outcome.lines,
        rows_already_loaded=outcome.skipped_lines,
        rows_copied=intake.copies,
        rows_out_of_range=intake.outside,
        rejected=MappingProxyType(dict(intake.rejected.most_common())),
        reject_path=Path(reject_path) if reject_path else None,
        dealers=outcome.dealers,
        dealers_created=outcome.dealers_created,
        products=outcome.products,
        products_created=outcome.products_created,
        invoices=outcome.invoices,
        credit_notes=outcome.credit_notes,
        already_loaded=outcome.skipped,
        invoiced=outcome.invoiced,
        credited=outcome.credited,
        seconds=monotonic() - started,
    )


def _reported(intake, progress):
    for count, invoice in enumerate(intake):
        if count % 1000 == 0:
            progress("read", intake.read, None)
        yield invoice
    progress("read", intake.read, intake.read)


def _as_date(value):
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InputProblem(f"{value} is not a date: write YYYY-MM-DD.") from error
