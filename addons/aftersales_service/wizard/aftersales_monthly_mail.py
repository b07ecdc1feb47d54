# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command


class AftersalesMonthly(models.TransientModel):
    """The report is sent by itself when the month is over, once a company and month (S20)."""

    _inherit = "aftersales.monthly"

    @api.model
    def _cron_send(self):
        """Send what is due today, company by company."""
        companies = self.env["res.company"].search(
            [("aftersales_monthly_day", ">", 0), ("aftersales_monthly_user_ids", "!=", False)]
        )
        remaining = len(companies)
        for company in companies:
            self._send_month(company)
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _send_month(self, company):
        """Send the report on the month that is over, if its day has come and it was not sent.

        :return: mail.mail
        """
        mails = self.env["mail.mail"]
        today = company._get_aftersales_date(fields.Datetime.now())
        month = today.replace(day=1) - relativedelta(months=1)
        sent = company.aftersales_monthly_sent
        if today.day < company.aftersales_monthly_day or (sent and sent >= month):
            return mails
        # Who lost the role or the company since gets none.
        users = company.aftersales_monthly_user_ids.filtered(company._may_get_aftersales_monthly)
        if not users:
            return mails
        company.aftersales_monthly_sent = month
        report = self.with_context(allowed_company_ids=company.ids).create(
            {
                "company_id": company.id,
                "year": month.year,
                "month": str(month.month),
                "scope": "department",
            }
        )
        for language, readers in users.grouped("lang").items():
            mails |= report.with_context(lang=language)._send(readers)
        return mails

    def _send(self, users):
        """Send the workbook to people of one language.

        :return: mail.mail
        """
        self.ensure_one()
        name = f"{self._get_title()}.xlsx".replace("/", "-")
        attachment = self.env["ir.attachment"].create({"name": name, "raw": self._make_workbook()})
        template = self.env.ref("aftersales_service.mail_template_monthly")
        mail_id = template.with_context(aftersales_month=self._get_title()).send_mail(
            self.company_id.id,
            email_values={
                "recipient_ids": [Command.set(users.partner_id.ids)],
                "attachment_ids": [Command.link(attachment.id)],
            },
        )
        return self.env["mail.mail"].browse(mail_id)
