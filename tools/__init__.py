# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands behind ``./sandbox``: standard library only, but for what runs inside Odoo."""
