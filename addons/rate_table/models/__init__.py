# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import rate_formula_mixin
from . import rate_table
from . import rate_table_line
