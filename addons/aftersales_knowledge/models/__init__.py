# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import aftersales_article
from . import aftersales_article_job
from . import aftersales_article_opinion
from . import aftersales_article_search
from . import aftersales_article_use
from . import aftersales_voucher
from . import ir_attachment
from . import res_company
from . import res_config_settings
