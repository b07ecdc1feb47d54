# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_basis
from . import test_demo
from . import test_draw
from . import test_drawing
from . import test_program
from . import test_returned_points
