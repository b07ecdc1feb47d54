# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import portal_survey
from . import portal_outlet_settlement
