# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesCustomerClass(models.Model):
    """Class of customers by which they are visited (S12).

    The classes are common to all companies; which class a customer has, and how often a class is
    visited, each company says for itself.
    """

    _name = "aftersales.customer.class"
    _description = "Customer Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Char(
        string="Who Belongs to It", translate=True, help="By what a customer is put in this class."
    )
    plan_ids = fields.One2many("aftersales.visit.plan", "class_id", string="Visit Plan")

    _name_uniq = models.UniqueIndex("(name)", "There is a customer class of this name already.")
