# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The service desk that gets the jobs: its company, people, outlets, faults and promises.

Runs inside ``odoo shell`` (or a test): nothing here imports Odoo at module level, so that the
reader and the rules stay usable without it.
"""

from .rules import PAUSES, PROMISES, WORKDAY

COMPANY = "Incident Desk"
REF_PREFIX = "INCIDENT-"
UNKNOWN_GROUP = "Group unknown"
VOUCHER = "aftersales.voucher"
BATCH = 1000


class Desk:
    """The company into whose register the incidents go.

    :param env: environment of the superuser
    :param company: ``res.company`` record; default one of its own, made where it is not there
    """

    def __init__(self, env, company=None):
        company = company or self._get_company(env)
        # No chatter but the hand-overs: neither "created" messages nor followers are wanted on
        # years of history.
        self.env = env(
            context={
                **env.context,
                "allowed_company_ids": company.ids,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "mail_create_nolog": True,
            }
        )
        self.company = self.env["res.company"].browse(company.id)
        self.customers, self.faults, self.outlets, self.technicians = {}, {}, {}, {}
        self.policies = {}

    def prepare(self, incidents):
        """Find or make whatever the incidents name."""
        jobs = [job for incident in incidents for job in incident.jobs]
        owners = {
            (owner.group or UNKNOWN_GROUP, owner.resolver) for job in jobs for owner in job.owners
        }
        self.customers = self._get_customers({incident.caller for incident in incidents})
        self.faults = self._get_faults({incident.category for incident in incidents})
        self.technicians = self._get_technicians(owners)
        self.outlets = self._get_outlets(owners)
        self._get_policies()

    def get_owner(self, owner):
        """Outlet and technician of a job as values of a voucher."""
        group = owner.group or UNKNOWN_GROUP
        return {
            "outlet_id": self.outlets[group],
            "technician_id": self.technicians[_person(group, owner.resolver)],
        }

    def known_references(self, references):
        """Those of the references that stand in the register of the company already."""
        vouchers = self.env[VOUCHER].search_fetch(
            [("company_id", "=", self.company.id), ("reference", "in", list(references))],
            ["reference"],
        )
        return set(vouchers.mapped("reference"))

    def _get_company(self, env):
        company = env["res.company"].search([("name", "=", COMPANY)], limit=1)
        if not company:
            company = env["res.company"].create({"name": COMPANY})
            # The moments of the log name no time zone.
            company.partner_id.tz = "UTC"
            env.user.company_ids |= company
        return company

    def _get_customers(self, names):
        return self._get_ids(
            "res.partner",
            "ref",
            {REF_PREFIX + name: {"name": name} for name in names},
            [("company_id", "=", self.company.id)],
            {"company_id": self.company.id},
        )

    def _get_faults(self, names):
        return self._get_ids(
            "aftersales.fault", "code", {_code(name): {"name": name} for name in names}
        )

    def _get_technicians(self, owners):
        names = {_person(*owner) for owner in owners}
        return self._get_ids(
            "hr.employee",
            "name",
            {name: {} for name in names},
            [("company_id", "=", self.company.id)],
            {"company_id": self.company.id},
        )

    def _get_outlets(self, owners):
        groups = {group for group, _resolver in owners}
        by_code = self._get_ids(
            "aftersales.outlet",
            "code",
            {_code(group): {"name": group} for group in groups},
            [("company_id", "=", self.company.id)],
            {"company_id": self.company.id},
        )
        outlets = {group: by_code[_code(group)] for group in groups}
        for group, outlet_id in outlets.items():
            outlet = self.env["aftersales.outlet"].browse(outlet_id)
            members = {
                self.technicians[_person(group, resolver)]
                for its_group, resolver in owners
                if its_group == group
            }
            missing = members - set(outlet.technician_ids.ids)
            if missing:
                outlet.technician_ids = [(4, member) for member in sorted(missing)]
        return outlets

    def _get_ids(self, model, key, wanted, domain=(), vals=None):
        """Ids of records by a field; what is missing is made.

        :param dict wanted: {value of the field: further values of a new record}
        """
        records = self.env[model].with_context(active_test=False)
        found = records.search_fetch([*domain, (key, "in", list(wanted))], [key], order="id desc")
        ids = {record[key]: record.id for record in found}
        missing = sorted(set(wanted) - set(ids))
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            made = records.create(
                [{key: value, **wanted[value], **(vals or {})} for value in batch]
            )
            ids.update(zip(batch, made.ids, strict=True))
        return ids

    def _get_policies(self):
        """The promises of the desk as deadline policies of its company."""
        model = self.env["ir.model"]._get(VOUCHER)
        kinds = self.env["aftersales.sla.event.type"].search([("model", "=", VOUCHER)])
        kinds = {kind.code: kind for kind in kinds}
        if "waiting_problem" not in kinds:
            kinds["waiting_problem"] = self.env["aftersales.sla.event.type"].create(
                {
                    "name": "Waiting for the cause to be found",
                    "code": "waiting_problem",
                    "model_id": model.id,
                    "is_pause": True,
                    "sequence": 95,
                }
            )
        self.pauses = {code: kinds[code].id for code in set(PAUSES.values())}
        policies = self.env["aftersales.sla.policy"]
        known = policies.search([("company_id", "=", self.company.id)])
        for promise in PROMISES:
            policy = known.filtered(lambda policy, promise=promise: policy.name == promise.name)[:1]
            self.policies[promise] = policy or policies.create(
                {
                    "name": promise.name,
                    "company_id": self.company.id,
                    "model_id": model.id,
                    "domain": str([("priority", "=", "1" if promise.urgent else "0")]),
                    "start_type_id": kinds["registered"].id,
                    "stop_type_id": kinds[promise.stop].id,
                    "end_type_ids": [(4, kinds["cancelled"].id)],
                    "pause_type_ids": [(6, 0, list(self.pauses.values()) if promise.held else [])],
                    "amount": promise.hours,
                    "unit": "hours",
                    "calendar_id": self._get_calendar().id if promise.working_hours else False,
                }
            )

    def _get_calendar(self):
        begin, end = WORKDAY
        name = f"Monday to Friday, {begin} to {end}"
        calendars = self.env["resource.calendar"]
        found = calendars.search(
            [("name", "=", name), ("company_id", "=", self.company.id)], limit=1
        )
        return found or calendars.create(
            {
                "name": name,
                "company_id": self.company.id,
                "tz": "UTC",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": name,
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )


def _person(group, resolver):
    """The log does not name everybody: then it was somebody of the group."""
    return resolver or f"Somebody of {group}"


def _code(name):
    return name.upper().replace(" ", "-")
