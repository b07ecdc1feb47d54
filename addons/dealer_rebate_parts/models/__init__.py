# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import parts_statement
from . import parts_statement_line
from . import rebate_agreement
from . import rebate_basis_mixin
from . import rebate_component
from . import rebate_metric
from . import rebate_part_class
