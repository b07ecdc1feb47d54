# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load the chosen invoices into the demo company, with progress."""

import dataclasses
import json
import sys
from pathlib import Path

from tools import invoice_loader

from . import environment
from .progress import Progress


def load(env, choice):
    """Load as chosen; the report goes beside the summary as ``load-report.json``."""
    report = invoice_loader.load(
        env,
        choice["path"],
        company=env.ref("base.main_company"),
        bulk=choice["bulk"],
        date_from=choice["date_from"],
        date_to=choice["date_to"],
        limit=choice["limit"],
        reject_path=choice["rejects"],
        progress=Progress(),
    )
    told = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    told["rejected"] = dict(report.rejected)
    path = Path(choice["summary"]).with_name("load-report.json")
    path.write_text(json.dumps(told, indent=1, default=str))


if __name__ == "__main__":
    try:
        with environment(*sys.argv[1:3]) as environ:
            load(environ, json.loads(sys.argv[3]))
    except invoice_loader.LoaderError as error:
        sys.exit(f"Error: {error}")
