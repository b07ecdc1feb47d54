# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models


class AftersalesCashHandover(models.Model):
    """The demo's technician cash: one payment handed over, one still in hand (S4)."""

    _inherit = "aftersales.cash.handover"

    @api.model
    def _load_demo_story(self):
        """Collect for two jobs of the demo; the accountant has taken over the first one's money.

        Works with and without a chart of accounts, with and without Odoo's own demo data. Where
        the price list is in another currency, nothing can be collected on site.
        """
        company = self.env.ref("base.main_company")
        job = self.env.ref("aftersales_service.voucher_closed")
        if job.currency_id != company.currency_id:
            return
        demo = self.with_company(company).with_context(
            allowed_company_ids=company.ids, tracking_disable=True
        )
        if not company.chart_template:
            demo.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        demo.env.ref("base.main_company")._setup_aftersales_cash()
        handed_over = demo._collect_demo_job("voucher_closed", 11)
        handover = demo.create(
            {
                "technician_id": handed_over.technician_id.id,
                "amount_counted": handed_over.collected_amount,
            }
        )
        handover.with_user(demo.env.ref("aftersales_base.user_accountant")).action_confirm()
        handover.taken_at = fields.Datetime.now() - timedelta(days=9)
        demo._collect_demo_job("voucher_collected", 4)
        demo.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "aftersales_service.handover_demo",
                    "record": handover,
                    "noupdate": True,
                }
            ]
        )

    def _collect_demo_job(self, name, days):
        """The technician of a demo job collected so many days ago."""
        voucher = self.env["aftersales.voucher"].browse(
            self.env.ref(f"aftersales_service.{name}").id
        )
        at = fields.Datetime.now() - timedelta(days=days)
        voucher._collect(voucher._get_company_date(at))
        voucher._write_step({"collected_at": at})
        return voucher
