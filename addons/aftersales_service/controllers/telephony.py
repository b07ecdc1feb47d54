# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request


class TelephonyController(http.Controller):
    """A telephone system opens the registration of a call with the caller's number (S1)."""

    @http.route("/aftersales/call", type="http", auth="user", methods=["GET"])
    def register_call(self, phone=None, **_parameters):
        """Open the quick registration, with the caller found already.

        :param str phone: number of the caller as the telephone system writes it
        :raises AccessError: for who does not register calls
        """
        if not request.env.user.has_group("aftersales_service.group_service_clerk"):
            raise AccessError(request.env._("Only the hotline registers calls: ask it."))
        if not phone:
            return request.redirect("/odoo/service-call")
        call = request.env["aftersales.call"].create({"query": phone.strip()})
        return request.redirect(f"/odoo/service-call/{call.id}")
