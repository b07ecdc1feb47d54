# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import hmac

KEPT_DAYS = 2


class TooManyRequests(UserError):
    """Somebody asked more often in an hour than the company takes."""


class AftersalesRequestCounter(models.Model):
    """How often somebody asked for service on the web, by the hour (S1).

    It lies in the database, so that several workers count together. Nobody is named: addresses
    and phones are kept as keyed fingerprints, for two days.
    """

    _name = "aftersales.request.counter"
    _description = "Requests from the Web, Counted"
    _order = "hour desc, id desc"
    _rec_name = "fingerprint"

    fingerprint = fields.Char(
        required=True, readonly=True, help="Keyed fingerprint of an address or a phone."
    )
    hour = fields.Datetime(required=True, readonly=True, help="Hour that is counted, in UTC.")
    count = fields.Integer(required=True, readonly=True, help="Requests in that hour.")

    _fingerprint_hour_uniq = models.UniqueIndex("(fingerprint, hour)")

    @api.model
    def _take(self, keys, limit):
        """Count one request for each key.

        The row is written before it is judged: of two requests at the same moment the second
        waits, and is tried again with the first one counted.

        :param keys: list of pairs (kind, value), e.g. ``("phone", "15550100")``
        :param int limit: how many are taken in an hour
        :raises TooManyRequests: when one key is beyond it
        """
        fingerprints = sorted(self._get_fingerprint(kind, value) for kind, value in keys if value)
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        for fingerprint in fingerprints:
            ((count,),) = self.env.execute_query(
                SQL(
                    """INSERT INTO aftersales_request_counter AS counter
                              (fingerprint, hour, count, create_date, write_date)
                       VALUES (%(fingerprint)s, %(hour)s, 1, now() at time zone 'UTC',
                               now() at time zone 'UTC')
                  ON CONFLICT (fingerprint, hour)
                    DO UPDATE SET count = counter.count + 1
                    RETURNING count""",
                    fingerprint=fingerprint,
                    hour=hour,
                )
            )
            if count > limit:
                raise TooManyRequests(
                    self.env._(
                        "We have received several requests from you within the last hour. Please "
                        "try again later, or call us."
                    )
                )

    @api.model
    def _get_fingerprint(self, kind, value):
        """Keyed fingerprint of what somebody is counted by."""
        if kind == "address":
            value = self._get_network(value)
        # sudo: the database's secret keys the fingerprint; it is not returned.
        return hmac(self.env(su=True), "aftersales_service.request", f"{kind}:{value}")

    @api.model
    def _get_network(self, address):
        """What one visitor owns: an IPv4 address, or a whole /64 of IPv6."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return address
        if parsed.version == 4:
            return str(parsed)
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))

    @api.autovacuum
    def _gc_counters(self):
        """Forget what is older than two days."""
        until = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("hour", "<", until)]).unlink()
