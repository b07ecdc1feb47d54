# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stories have in common: steps, each by the person who would take it, none taken twice."""

import contextlib
from datetime import datetime, time

from freezegun import freeze_time

from .check_demo import empty_screens


class Steps:
    """Steps in their order; each returns the record that it is known by.

    A step leaves that record under the external id ``sandbox.<step>``, so that it is found again.
    """

    #: Names of the methods, in their order.
    STEPS = ()
    #: External ids of the menus that the story fills, and who looks at them.
    MENUS = ()
    PEOPLE = ()
    #: External ids of menus that may be empty for somebody: {menu: people who find something}.
    FOR_SOME = {}

    def __init__(self, env):
        company = env.ref("base.main_company")
        self.env = env(context=env.context | {"allowed_company_ids": company.ids})
        self.company = self.env.ref("base.main_company")

    def tell(self):
        """Take every step that was not taken yet.

        :return: rows (what, how much) of what there is in the end
        """
        for step in self.STEPS:
            if not self.find(step):
                self._mark(step, getattr(self, step)())
        return self._rows()

    def find(self, step):
        """What a step left; empty when it was not taken."""
        return self.env.ref(f"sandbox.{step}", raise_if_not_found=False)

    def empty(self):
        """Names of the menus that open on nothing, with who finds them so."""
        found = set()
        for person in self.PEOPLE:
            apart = [menu for menu, people in self.FOR_SOME.items() if person not in people]
            for root in self.MENUS:
                names = empty_screens(self._as(person), root, apart=apart)
                found.update(f"{name} ({person})" for name in names)
        return sorted(found)

    def _mark(self, step, record):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"sandbox.{step}", "record": record.sudo(), "noupdate": True}]
        )

    def _rows(self):
        raise NotImplementedError

    def _as(self, person):
        """Environment of one of the people of the demo; by an external id where that is longer."""
        user = self.env.ref(person if "." in person else f"aftersales_base.user_{person}")
        return self.env(user=user, su=False)

    def _as_manager(self):
        """The second pair of eyes."""
        return self.env(user=self.env.ref("base.user_admin"), su=False)

    @contextlib.contextmanager
    def _on(self, day, hour=10):
        """Take steps at the time at which they would have been taken; never in the future."""
        moment = min(datetime.combine(day, time(hour)), datetime.now())
        with freeze_time(moment):
            yield
            self.env.flush_all()

    def _dealer(self, name):
        return self.env.ref(f"aftersales_base.dealer_{name}")
