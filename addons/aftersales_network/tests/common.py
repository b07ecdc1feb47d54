# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.addons.aftersales_service.tests.common import ServiceCommon


class NetworkCommon(ServiceCommon):
    """A prospect beside the outlet of the service tests, and who keeps the network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("t_net_manager", "aftersales_base.group_aftersales_manager")
        cls.cooperation = cls.env["aftersales.outlet.cooperation"].create(
            {"name": "T agency", "needs_agreement": False}
        )
        cls.agent = cls.env["res.partner"].create({"name": "T agent", "is_company": True})
        # As the company sets them: the conditions and steps of the data are not what is tested.
        cls.env["aftersales.phase.condition"].search([("active", "=", True)]).active = False
        cls.env["aftersales.welcome.step"].search([("active", "=", True)]).active = False
        cls.condition, cls.optional = cls.env["aftersales.phase.condition"].create(
            [
                {"name": "T position known", "phase": "preparation"},
                {"name": "T nice to have", "phase": "preparation", "is_required": False},
            ]
        )
        cls.front, cls.shipment = cls.env["aftersales.welcome.step"].create(
            [{"name": "T front"}, {"name": "T shipment", "is_shipment": True}]
        )
        cls.prospect = cls.env["aftersales.outlet"].create(
            {
                "name": "T prospect",
                "code": "T-P",
                "kind": "agent",
                "phase": "preparation",
                "partner_id": cls.agent.id,
                "cooperation_id": cls.cooperation.id,
            }
        )

    @classmethod
    def _make_agent(cls):
        """The prospect serves, and has its welcome pack."""
        cls.prospect.condition_ids.is_met = True
        cls.prospect._change_phase("operation", "Signed")
        return cls.prospect.pack_ids
