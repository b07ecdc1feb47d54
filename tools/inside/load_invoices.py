# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load the chosen invoices into the demo company, with progress."""

import dataclasses
import datetime
import json
import sys
from pathlib import Path

from tools import invoice_loader

from . import environment


def load(env, choice):
    """Load as chosen; the report as a dictionary beside the summary."""
    report = invoice_loader.load(
        env,
        choice["path"],
        company=env.ref("base.main_company"),
        bulk=choice["bulk"],
        date_from=datetime.date.fromisoformat(choice["date_from"]),
        date_to=datetime.date.fromisoformat(choice["date_to"]),
        limit=choice["limit"],
        reject_path=choice["rejects"],
        progress=lambda text: print(f"  {text}", flush=True),
    )
    Path(choice["summary"]).with_name("load-report.json").write_text(
        json.dumps(dataclasses.asdict(report), indent=1, default=str)
    )


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        load(environ, json.loads(sys.argv[3]))
