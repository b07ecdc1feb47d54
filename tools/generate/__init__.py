# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that are made from others: README of each add-on, icons, translation templates."""
