# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, api

# What two promises had in common: which of them is about jobs was not to be seen.
NAMES = {
    "sla_policy_complaint_answer": ("Complaint first answered", "Complaint job: first answer"),
    "sla_policy_complaint_settle": ("Complaint settled", "Complaint job: work done"),
}


def migrate(cr, version):
    """Promises about follow-up jobs are told from those about complaints, where nobody did (S8)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (shipped, clearer) in NAMES.items():
        policy = env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
        if policy and policy.name == shipped:
            policy.name = clearer
