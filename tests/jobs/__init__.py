# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "incident-event-log"
REAL_FILE = FOLDER / "incident_event_log.csv.xz"
