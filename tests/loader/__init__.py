# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
REAL_FILE = ROOT.parent / "shared" / "data" / "online-retail-ii" / "online_retail_II.csv.xz"
