# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, api

# Rules that an upgrade leaves alone: a technician sees the jobs on which there is an appointment.
RULES = {
    "aftersales_voucher_rule_own": "[('is_mine', '=', True)]",
    "aftersales_voucher_line_rule_own": "[('voucher_id.is_mine', '=', True)]",
    "aftersales_callback_rule_own": "[('voucher_id.is_mine', '=', True)]",
}


def migrate(cr, version):
    """Jobs that were given with a window get their appointment (S3), and hold for a part (S8)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in RULES.items():
        rule = env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
        if rule:
            rule.domain_force = domain
    _ask_back(env)
    _hold_for_parts(env)
    _book_windows(env)


def _ask_back(env):
    """Customers of jobs that are done and not closed are due to be called back (S9)."""
    vouchers = env["aftersales.voucher"]
    waiting = vouchers.search([("state", "=", "done")])
    env.add_to_compute(vouchers._fields["callback_due_at"], waiting)
    env.flush_all()


def _hold_for_parts(env):
    """Promises that wait for the customer wait for a part as well, as new databases have it."""
    pauses = [
        env.ref(f"aftersales_service.sla_event_type_voucher_waiting_{what}", False)
        for what in ("customer", "part")
    ]
    if not all(pauses):
        return
    customer, part = pauses
    policies = env["aftersales.sla.policy"].with_context(active_test=False)
    policies.search([("pause_type_ids", "in", customer.ids)]).pause_type_ids += part


def _book_windows(env):
    """One appointment for each open job with a technician and a window.

    In one statement, and without asking whether windows overlap: they were agreed before anybody
    asked. Who moves one is told.
    """
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO aftersales_appointment (
            voucher_id, company_id, outlet_id, technician_id, technician_user_id, start, "end",
            state, arrived_at, create_uid, create_date, write_uid, write_date)
        SELECT voucher.id, voucher.company_id, voucher.outlet_id, voucher.technician_id,
               voucher.technician_user_id, voucher.planned_start,
               CASE WHEN voucher.planned_end > voucher.planned_start THEN voucher.planned_end
                    ELSE voucher.planned_start
                         + company.aftersales_visit_hours * interval '1 hour' END,
               CASE WHEN voucher.state = 'in_progress' THEN 'under_way' ELSE 'planned' END,
               voucher.started_at, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM aftersales_voucher voucher
          JOIN res_company company ON company.id = voucher.company_id
         WHERE voucher.state IN ('registered', 'dispatched', 'in_progress')
           AND voucher.planned_start IS NOT NULL
           AND voucher.technician_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM aftersales_appointment known
                            WHERE known.voucher_id = voucher.id)
        """
    )
    env.invalidate_all()
