# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import portal_service
from . import portal_request
from . import portal_registration
from . import portal_rating
from . import portal_claim
from . import portal_outlet
from . import telephony
