# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import base_partner_merge_statement
from . import parts_core_proof_print
from . import parts_core_request_close
from . import parts_price_list_print
from . import parts_price_withdraw
from . import parts_price_import
from . import parts_price_import_row
from . import parts_price_why
from . import parts_service_bom_import
from . import parts_label_print
from . import parts_label_print_line
from . import parts_transfer_approval
from . import parts_transfer_approval_line
from . import parts_transfer_scan
