# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import os
from contextlib import contextmanager, nullcontext

from odoo.exceptions import UserError
from odoo.tests import tagged

from .leak_ways import GUARD, NET, Way
from .leak_ways_modules import LeakWaysOfModules

# Set by the sandbox where it runs this file beside all the modules that the matrix knows.
EVERY_MODULE = "AFTERSALES_EVERY_MODULE"


@tagged("post_install", "-at_install")
class TestLeakMatrix(LeakWaysOfModules):
    """Every way out that we know of: with guard and net, with one of them, with neither (P2)."""

    def _assert_refused(self, ways, without=nullcontext):
        self.assertGreater(len(ways), 10)
        for name, way in ways.items():
            with self.subTest(way=name), without(), self._attempt(way) as leaks:
                if way.quiet:
                    self._try_quietly(way)
                else:
                    with self.assertRefused(UserError, "board"):
                        self._try(way)
                self.assertFalse(leaks())

    def _try(self, way):
        way.try_it()
        # What the commit would do.
        self.env.cr.flush()

    def _try_quietly(self, way):
        """Odoo catches the refusal, or the net is the one that refuses, before the commit."""
        try:
            with self.env.cr.savepoint():
                self._try(way)
        except UserError as error:
            self.assertIn("board", str(error))

    @contextmanager
    def _attempt(self, way):
        """Give a question: has a piece left since? All of it is undone."""
        savepoint = self.env.cr.savepoint()
        try:
            if way.prepare:
                way.prepare()
                self.env.cr.flush()
            inside, outside = self._count()

            def leaks():
                now_inside, now_outside = self._count()
                return now_inside < inside or now_outside > outside

            yield leaks
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _ways_through(self, *layers):
        """Ways that one of these layers has to stop."""
        ways = self._ways_out()
        return {name: way for name, way in ways.items() if set(way.layers) & set(layers)}

    def test_P2_no_way_out(self):
        """With all of it; ways that one half stops alone are below: each half only refuses."""
        alone = Way(None).layers
        self._assert_refused(
            {name: way for name, way in self._ways_out().items() if way.layers != alone}
        )

    def test_P2_no_way_out_with_the_guard_alone(self):
        self._assert_refused(self._ways_through(GUARD), self._without_net)

    def test_P2_no_way_out_with_the_net_alone(self):
        self._assert_refused(self._ways_through(NET), self._without_guard)

    def test_P2_each_way_leaks_without_guard_and_net(self):
        """Else the tests above would prove nothing."""
        for name, way in self._ways_through(GUARD, NET).items():
            with (
                self.subTest(way=name),
                self._without_guard(),
                self._without_net(),
                self._attempt(way) as leaks,
            ):
                way.try_it()
                self.assertTrue(leaks())

    def test_P2_matrix_has_the_ways_of_the_rule_book(self):
        self.assertGreaterEqual(len(self._ways_out()), 60)

    def test_P2_every_way_is_tried_where_every_module_is(self):
        """A way that is left out everywhere would be no test."""
        if os.environ.get(EVERY_MODULE):
            self.assertEqual(self._get_missing_modules(), [])
