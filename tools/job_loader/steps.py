# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The jobs of a chunk of incidents, step by step, as people would have taken the steps.

Every step is the product's own; it takes the moment from the log. What the deadlines make of it is
counted when the chunk is complete, because a promise is judged by all that happened.
"""

import base64
import functools
import io

from .desk import REF_PREFIX, VOUCHER, _code


class Steps:
    """Takes the jobs of a chunk of incidents through the register.

    :param desk: ``Desk``, prepared for these incidents
    """

    def __init__(self, desk, incidents):
        self.desk, self.incidents = desk, incidents
        self.vouchers = {}
        self.handovers = 0

    def take(self):
        """All jobs of the chunk: first those of the calls, then those of each reopening."""
        with self.desk.env[VOUCHER]._sla_together() as model:
            self.model = model
            for rank in range(max(len(incident.jobs) for incident in self.incidents)):
                self._take_rank(rank)
            # What closes a follow-up closes the jobs that it goes back to.
            self._call_back(
                (
                    last.closed_at,
                    self.vouchers[incident.number, len(incident.jobs) - 1],
                    "satisfied",
                )
                for incident in self.incidents
                if (last := incident.jobs[-1]).closed_at
            )

    def _take_rank(self, rank):
        """The jobs that come of the same reopening: registered, given, handed over, done."""
        chosen = [incident for incident in self.incidents if len(incident.jobs) > rank]
        vouchers = self.model.create([self._prepare_voucher(one, rank) for one in chosen])
        jobs = {
            voucher: incident.jobs[rank] for voucher, incident in zip(vouchers, chosen, strict=True)
        }
        for voucher, incident in zip(vouchers, chosen, strict=True):
            self.vouchers[incident.number, rank] = voucher
        given = vouchers.filtered(lambda voucher: jobs[voucher].owners)
        given._dispatch({voucher: jobs[voucher].owners[0].since for voucher in given})
        started = given.filtered(lambda voucher: jobs[voucher].started_at)
        started._start({voucher: jobs[voucher].started_at for voucher in started})
        self._hand_over(jobs)
        self._hold(jobs)
        done = started.filtered(lambda voucher: jobs[voucher].done_at)
        done._done({voucher: jobs[voucher].done_at for voucher in done})
        self._end_rank(chosen, rank)

    def _prepare_voucher(self, incident, rank):
        job = incident.jobs[rank]
        told = (incident.category, incident.subcategory, incident.symptom)
        vals = {
            "reference": get_reference(incident, rank),
            "company_id": self.desk.company.id,
            "channel": incident.channel,
            "partner_id": self.desk.customers[REF_PREFIX + incident.caller],
            "fault_id": self.desk.faults[_code(incident.category)],
            "fault_description": ", ".join(word for word in told if word),
            "priority": "1" if job.urgent else "0",
            "registered_at": job.registered_at,
        }
        if job.owners:
            vals.update(self.desk.get_owner(job.owners[0]))
        if job.done_at:
            vals.update(signature=_signature(), signed_by=incident.caller)
        if rank:
            vals["followup_of_id"] = self.vouchers[incident.number, rank - 1].id
        return vals

    def _hand_over(self, jobs):
        """Give jobs to the next one, and note it with its moment."""
        rank = 1
        while handed := [voucher for voucher, job in jobs.items() if len(job.owners) > rank]:
            handed = self.model.union(*handed)
            owners = {voucher: jobs[voucher].owners[rank] for voucher in handed}
            before = {voucher: _name(jobs[voucher].owners[rank - 1]) for voucher in handed}
            same = handed.grouped(lambda voucher: (owners[voucher].group, owners[voucher].resolver))  # noqa: B023
            for taken in same.values():
                taken.write(self.desk.get_owner(owners[taken[0]]))
            messages = handed._message_log_batch(
                {
                    voucher.id: f"Handed over: {before[voucher]} → {_name(owners[voucher])}"
                    for voucher in handed
                },
                subject="Hand-over",
            )
            for message, voucher in zip(messages, handed, strict=True):
                message.date = owners[voucher].since
            self.handovers += len(handed)
            rank += 1

    def _hold(self, jobs):
        """What the desk waited for holds the clocks."""
        entries = []
        for voucher, job in jobs.items():
            for hold in job.holds:
                kind = self.desk.pauses[hold.code]
                entries.append((voucher, kind, "begin", hold.begin, None))
                if hold.end:
                    entries.append((voucher, kind, "end", hold.end, None))
        if entries:
            self.model._sla_log(entries)

    def _end_rank(self, chosen, rank):
        """A reopening tells that the job was not what the caller wanted, unless it was closed."""
        calls = []
        for incident in chosen:
            job, voucher = incident.jobs[rank], self.vouchers[incident.number, rank]
            if len(incident.jobs) == rank + 1:
                continue
            if job.closed_at:
                calls.append((job.closed_at, voucher, "satisfied"))
            else:
                outcome = "not_fixed_repeated" if rank else "not_fixed_first"
                calls.append((incident.jobs[rank + 1].registered_at, voucher, outcome))
        self._call_back(calls)

    def _call_back(self, calls):
        self.model.env["aftersales.callback"].create(
            [
                {"voucher_id": voucher.id, "called_at": at, "outcome": outcome}
                for at, voucher, outcome in calls
            ]
        )


def get_reference(incident, rank):
    """Reference of a job in the register: the incident's number, and which reopening it is."""
    return f"{incident.number}-{rank + 1}" if rank else incident.number


def _name(owner):
    return f"{owner.group or 'no group'}, {owner.resolver or 'nobody named'}"


@functools.cache
def _signature():
    """What stands for a signature: the log's own word, no name's."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (220, 40), "white")
    ImageDraw.Draw(picture).text((8, 12), "resolved, says the log", (90, 90, 90))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())
