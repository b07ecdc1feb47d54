# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE, ServiceCommon

OPERATIONS = ("read", "write", "create", "unlink")
# role × model × (read, write, create, unlink)
EXPECTED = {
    "aftersales.voucher": {
        "portal": "----",
        "employee": "----",
        "technician": "rw--",
        "clerk": "rwc-",
        "supervisor": "rwc-",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "rwc-",
        "quality": "r---",
        "dispatcher": "rw--",
        "trainer": "rw--",
        "knowledge": "rw--",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.appointment": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.appointment.overrule": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
    },
    "aftersales.warranty.policy": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.warranty.term": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.entitlement": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.entitlement.term": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.cover": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "accountant": "r---",
        "hr": "----",
    },
    "aftersales.cover.decision": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "manager": "rwcu",
        "director": "rwcu",
        "analyst": "----",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.voucher.line": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "r---",
        "assistant": "rwcu",
        "quality": "r---",
        "dispatcher": "rwcu",
        "trainer": "rwcu",
        "knowledge": "rwcu",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.callback": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r-c-",
        "supervisor": "r-c-",
        "caller": "r-c-",
        "assistant": "r-c-",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.reminder.rule": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "analyst": "r---",
    },
    "aftersales.reminder": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "rw--",
        "supervisor": "rw--",
        "caller": "r---",
        "analyst": "r---",
    },
    "aftersales.campaign": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "quality": "r---",
    },
    "aftersales.campaign.line": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.campaign.unit": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "rw--",
        "supervisor": "rwcu",
        "quality": "r---",
    },
    "aftersales.campaign.add": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
    },
    "aftersales.checklist": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.checklist.step": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.checklist.line": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "rw--",
        "clerk": "rw--",
        "supervisor": "rwc-",
    },
    "aftersales.bay": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "analyst": "r---",
        "director": "rwcu",
    },
    "aftersales.bay.stay": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "analyst": "r---",
    },
    "aftersales.bay.enter": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "analyst": "----",
    },
    "aftersales.goods.receipt": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.goods.receipt.line": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.goods.out": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.goods.register.print": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.part.return": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rw--",
        "technician": "r---",
        "clerk": "rw--",
        "supervisor": "rw--",
        "caller": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.parcel": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.part.requisition": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rw--",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.part.ask": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.part.check.in": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "repair.order": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "rwcu",
        "technician": "rw--",
        "clerk": "rw--",
        "supervisor": "rw--",
    },
    "aftersales.repair.inspection": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "r---",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
    },
    "aftersales.repair.send.back": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
    },
    "aftersales.fault": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "rwcu",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.operation": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.operation.fee": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.voucher.submission": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "r---",
    },
    "aftersales.cash.report": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "r---",
    },
    "aftersales.cash.handover": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "rwcu",
    },
    "account.payment": {
        "technician": "----",
        "clerk": "----",
        "supervisor": "----",
    },
    "account.move": {
        "technician": "----",
        "clerk": "----",
        "supervisor": "----",
    },
    "aftersales.contract": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.kind": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.service": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.template": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.template.service": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.unit": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.balance": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.draw": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.instalment": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.report": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "r---",
        "accountant": "----",
        "caller": "r---",
        "assistant": "r---",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.contract.end": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
        "accountant": "----",
        "caller": "----",
        "assistant": "----",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "----",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.contract.renew": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
        "accountant": "----",
        "caller": "----",
        "assistant": "----",
        "dispatcher": "----",
        "trainer": "----",
        "analyst": "----",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.estimate.answer": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "stock.lot": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "rwc-",
        "supervisor": "rwc-",
        "caller": "r---",
        "assistant": "rwc-",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.unit.event": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "auditor": "r---",
        "accountant": "----",
    },
    "aftersales.unit.user": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rw--",
        "caller": "r---",
        "auditor": "r---",
        "accountant": "----",
    },
    "aftersales.meter.reading": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r-c-",
        "clerk": "rwc-",
        "supervisor": "rwcu",
        "caller": "r---",
        "auditor": "r---",
        "accountant": "----",
    },
    "aftersales.insurance.policy": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "r---",
        "clerk": "rwc-",
        "supervisor": "rwcu",
        "caller": "r---",
        "auditor": "r---",
        "accountant": "----",
    },
    "aftersales.registration": {
        "portal": "----",
        "employee": "----",
        "storekeeper": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "r---",
        "auditor": "r---",
        "accountant": "----",
    },
    "aftersales.unit.transfer": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "----",
    },
    "aftersales.unit.foreign": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "----",
    },
    "aftersales.unit.merge": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "rwcu",
        "caller": "----",
    },
    "aftersales.voucher.cancel": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "caller": "----",
        "assistant": "rwcu",
        "quality": "----",
        "dispatcher": "----",
        "analyst": "----",
        "director": "----",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.voucher.wait": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.call": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.register.print": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.request.counter": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "supervisor": "----",
    },
    "aftersales.sla.policy": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "rwcu",
        "director": "rwcu",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.sla.event.type": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.sla.escalation": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
    },
    "aftersales.sla.deadline": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.sla.event": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "r---",
        "caller": "----",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "----",
        "analyst": "----",
        "manager": "----",
        "director": "----",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.sla.waiver": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r-c-",
        "caller": "r---",
        "assistant": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.sla.record": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
    },
    "aftersales.complaint": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "rwc-",
        "clerk": "rwc-",
        "assistant": "rwc-",
        "supervisor": "rwc-",
        "quality": "rwc-",
        "dispatcher": "----",
        "trainer": "----",
        "knowledge": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.complaint.attempt": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r-c-",
        "clerk": "r-c-",
        "assistant": "r-c-",
        "supervisor": "r-c-",
        "quality": "r-c-",
        "dispatcher": "----",
        "trainer": "----",
        "knowledge": "----",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "rw--",
        "supervisor": "rw--",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.case": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "rw-u",
        "supervisor": "rw-u",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.line": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "rw-u",
        "supervisor": "rw-u",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.check": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.version": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.version.line": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.credit": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.ageing": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "r---",
        "supervisor": "r---",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.reason": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "r---",
        "claims": "rwc-",
        "supervisor": "rwcu",
        "accountant": "r---",
        "quality": "r---",
        "analyst": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.claim.match": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "----",
        "clerk": "----",
        "claims": "----",
        "supervisor": "----",
        "accountant": "rwcu",
        "quality": "----",
        "analyst": "----",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.discipline": {
        "portal": "----",
        "employee": "r---",
        "technician": "r---",
        "caller": "r---",
        "clerk": "r---",
        "assistant": "r---",
        "supervisor": "r---",
        "quality": "r---",
        "dispatcher": "r---",
        "trainer": "r---",
        "knowledge": "r---",
        "analyst": "r---",
        "manager": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "rw--",
    },
    # Other add-ons open this dialogue to technicians and clerks.
    "aftersales.reason": {
        "portal": "----",
        "employee": "----",
        "caller": "----",
        "supervisor": "rwcu",
        "quality": "rwcu",
        "auditor": "----",
        "hr": "rwcu",
    },
    "aftersales.callback.record": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "quality": "----",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.service.report": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "caller": "r---",
        "clerk": "r---",
        "assistant": "r---",
        "supervisor": "r---",
        "quality": "r---",
        "analyst": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.warranty.cost": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "accountant": "----",
        "caller": "r---",
        "clerk": "r---",
        "assistant": "r---",
        "supervisor": "r---",
        "quality": "r---",
        "analyst": "r---",
        "director": "r---",
        "auditor": "r---",
        "hr": "----",
    },
    "aftersales.outcome": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "----",
        "assistant": "----",
        "supervisor": "rwcu",
        "accountant": "----",
        "storekeeper": "----",
        "analyst": "----",
        "auditor": "----",
        "hr": "----",
    },
    "aftersales.monthly": {
        "portal": "----",
        "employee": "----",
        "technician": "rwcu",
        "caller": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "quality": "rwcu",
        "analyst": "rwcu",
        "auditor": "rwcu",
        "hr": "----",
    },
    "stock.picking": {
        "technician": "----",
        "clerk": "----",
        "supervisor": "----",
    },
    "sale.order": {
        "technician": "----",
        "clerk": "----",
        "supervisor": "----",
    },
}


@tagged("post_install", "-at_install")
class TestAccess(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "portal": cls._user("t_portal", "base.group_portal"),
            "employee": cls._user("t_employee", "base.group_user"),
            "storekeeper": cls._user("t_role_store", "stock.group_stock_user"),
            "technician": cls.technician_user,
            "clerk": cls.clerk,
            "supervisor": cls.supervisor,
            "accountant": cls._user("t_accountant", "account.group_account_invoice"),
            "hr": cls._user("t_hr", "hr.group_hr_user"),
        }
        for role in (
            "caller",
            "claims",
            "assistant",
            "quality",
            "outlet_dispatcher",
            "trainer",
            "knowledge",
            "analyst",
            "manager",
            "director",
            "auditor",
        ):
            name = role.removeprefix("outlet_")
            cls.users[name] = cls._user(f"t_{name}", f"aftersales_service.group_service_{role}")

    def test_roles_models_rights(self):
        for model, roles in EXPECTED.items():
            for role, rights in roles.items():
                records = self.env[model].with_user(self.users[role])
                for operation, right in zip(OPERATIONS, rights, strict=True):
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), right != "-")

    def test_roles_steps(self):
        """A step called without its button asks for the same role."""
        steps = {
            # step: (state to start from, roles that may)
            "action_dispatch": (self._voucher, {"supervisor"}),
            "action_solve_by_phone": (self._voucher, {"clerk", "assistant", "supervisor"}),
            "action_start": (
                self._dispatched,
                {"technician", "clerk", "assistant", "supervisor"},
            ),
            "action_cancel": (self._dispatched, {"clerk", "assistant", "supervisor"}),
            "action_done": (self._signed, {"technician", "clerk", "assistant", "supervisor"}),
            "action_close": (self._called, {"caller", "clerk", "assistant", "supervisor"}),
        }
        for step, (prepare, allowed) in steps.items():
            for role, user in self.users.items():
                voucher = prepare().with_user(user)
                arguments = {"reason": "T"} if step == "action_cancel" else {}
                with self.subTest(step=step, role=role):
                    if role in allowed:
                        self.assertTrue(getattr(voucher, step)(**arguments))
                    else:
                        with self.assertRaises(AccessError):
                            getattr(voucher, step)(**arguments)

    def _dispatched(self):
        voucher = self._voucher()
        voucher._dispatch()
        return voucher

    def _signed(self):
        voucher = self._job()
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        return voucher

    def _called(self):
        voucher = self._finish(self._job())
        self.env["aftersales.callback"].create(
            [{"voucher_id": voucher.id, "outcome": "no_answer"} for _try in range(3)]
        )
        return voucher

    def test_technician_sees_own_jobs_only(self):
        mine = self._voucher(line_ids=[self._line(self.part)])
        other = self._voucher(
            technician_id=self.other_technician.id, line_ids=[self._line(self.part)]
        )
        nobody = self._voucher(technician_id=False)
        vouchers = self.env["aftersales.voucher"].with_user(self.technician_user)
        found = vouchers.search([("id", "in", (mine + other + nobody).ids)])
        self.assertEqual(found, mine)
        self.assertEqual(
            self.env["aftersales.voucher.line"]
            .with_user(self.technician_user)
            .search([("id", "in", (mine + other).line_ids.ids)]),
            mine.line_ids,
        )
        for record in (other, nobody, other.line_ids):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.technician_user).read(["display_name"])
        with self.assertRaises(AccessError):
            other.line_ids.with_user(self.technician_user).quantity = 2
        with self.assertRaises(AccessError):
            self.env["aftersales.voucher.line"].with_user(self.technician_user).create(
                {"voucher_id": other.id, "product_id": self.part.id}
            )

    def test_technician_callbacks_are_those_of_own_jobs(self):
        mine = self._finish(self._job())
        other = self._finish(self._job(technician_id=self.other_technician.id))
        calls = self.env["aftersales.callback"].create(
            [{"voucher_id": voucher.id, "outcome": "no_answer"} for voucher in (mine, other)]
        )
        found = (
            self.env["aftersales.callback"]
            .with_user(self.technician_user)
            .search([("id", "in", calls.ids)])
        )
        self.assertEqual(found, calls[0])

    def test_multi_company(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        there = self.env["aftersales.voucher"].create(
            {
                "company_id": company.id,
                "line_ids": [self._line(self.labour)],
            }
        )
        for user in (self.clerk, self.supervisor):
            for record in (there, there.line_ids):
                with self.subTest(user=user.login, record=record):
                    self.assertFalse(record.with_user(user).search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
        self.supervisor.company_ids += company
        both = there.with_user(self.supervisor).with_context(
            allowed_company_ids=(self.company + company).ids
        )
        self.assertTrue(both.search([("id", "=", there.id)]))

    def test_other_departments_still_read_their_own_records(self):
        """Sellers and storekeepers read every field of an order or lot, vouchers or not."""
        voucher = self._finish(self._job(line_ids=[self._line(self.labour)]))
        seller = self._user("t_seller", "sales_team.group_sale_salesman_all_leads")
        storekeeper = self._user("t_storekeeper", "stock.group_stock_user")
        order = voucher.sale_order_id.with_user(seller)
        self.assertEqual(order.read()[0]["id"], order.id)
        self.assertNotIn("aftersales_voucher_ids", order.fields_get())
        unit = self.unit.with_user(storekeeper)
        self.assertEqual(unit.read()[0]["id"], unit.id)

    def test_nobody_links_an_order_or_a_move_to_a_job(self):
        """A planted order line would take the job's price, and its parts for its own delivery."""
        job = self._job(line_ids=[self._line(self.part)])
        seller = self._user("t_seller", "sales_team.group_sale_salesman_all_leads")
        storekeeper = self._user("t_storekeeper", "stock.group_stock_user")
        link = {"aftersales_voucher_line_id": job.line_ids.id}
        order = (
            self.env["sale.order"]
            .with_user(seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.part.id})],
                }
            )
        )
        move = (
            self.env["stock.move"]
            .with_user(storekeeper)
            .create(
                {
                    "product_id": self.part.id,
                    "location_id": self.van.id,
                    "location_dest_id": self.customer.property_stock_customer.id,
                }
            )
        )
        for record, parent in ((order.order_line, {"order_id": order.id}), (move, {})):
            values = {**record.copy_data()[0], **parent}
            with self.subTest(record=record):
                with self.assertRefused(UserError, "by the steps of the job only"):
                    record.write(link)
                with self.assertRefused(UserError, "by the steps of the job only"):
                    record.create({**values, **link})
                planted = record.with_context(
                    default_aftersales_voucher_line_id=job.line_ids.id
                ).create(values)
                self.assertFalse(planted.aftersales_voucher_line_id)
        self._finish(job)
        self.assertEqual(job.picking_id.move_ids.sale_line_id, job.sale_order_id.order_line)

    def test_supervisor_and_technician_open_the_form(self):
        """All that the form shows can be read with the role's own rights."""
        voucher = self._finish(self._job(line_ids=[self._line(self.part)]))
        for user in (self.supervisor, self.clerk, self.technician_user):
            mine = voucher.with_user(user)
            fields = mine.get_view(view_type="form")["models"]["aftersales.voucher"]
            with self.subTest(user=user.login):
                spec = {name: {} for name in fields}
                self.assertEqual(mine.web_read(spec)[0]["id"], voucher.id)
