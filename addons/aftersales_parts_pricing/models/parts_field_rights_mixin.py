# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import etree

from odoo import api, models, tools
from odoo.exceptions import AccessError


class PartsFieldRightsMixin(models.AbstractModel):
    """Groups that may write a few fields of a document which others keep (P1, P2).

    Odoo's access rights end at the model: ``ir.model.access`` lets such a group write the model,
    and this mixin leaves it the fields of :meth:`_get_narrow_write` only, unless the user's other
    groups give the model itself. The other way round, the fields of :meth:`_get_guardian_fields`
    are closed to whoever keeps the model. RPC, imports and forms obey alike.
    """

    _name = "parts.field.rights.mixin"
    _description = "Rights on Single Fields"

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------

    @api.model
    def _get_narrow_write(self):
        """Hook: {external id of a group: names of the fields that it may write}.

        Guardians need not keep a model to set the fields that are theirs.
        """
        names = self._get_guardian_fields()
        return {"aftersales_parts_pricing.group_restricted_guardian": names} if names else {}

    @api.model
    def _get_guardian_fields(self):
        """Hook: names of fields that guardians of restricted parts alone may write (P2)."""
        return frozenset()

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Guardians' fields do not come by a default of the context or of the user either.

        :raise AccessError: when somebody else's new record has one
        """
        records = super().create(vals_list)
        for name in self._get_guardian_fields():
            if any(records.mapped(name)):
                records._check_field_access(self._fields[name], "write")
        return records

    # ------------------------------------------------------------------
    # The right
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache("self.env.uid")
    def _get_narrow_fields(self):
        """Names of the only fields that the current user may write; None when all are."""
        narrow = self._get_narrow_write()
        held = [group for group in narrow if self.env.user.has_group(group)]
        if not held or self._is_kept_by_user([self.env.ref(group).id for group in narrow]):
            return None
        return frozenset().union(*(narrow[group] for group in held))

    @api.model
    def _is_kept_by_user(self, narrow_group_ids):
        """Whether a group of the user, other than these, may write or create such documents."""
        group_ids = set(self.env.user._get_group_ids()) - set(narrow_group_ids)
        # sudo: nobody reads access rights; only whether there is one is told.
        rights = self.env["ir.model.access"].sudo()
        return bool(
            rights.search_count(
                [
                    ("model_id.model", "=", self._name),
                    ("group_id", "in", [False, *group_ids]),
                    "|",
                    ("perm_write", "=", True),
                    ("perm_create", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _is_field_guarded(self, field):
        """Whether guardians alone may write this field, and the current user is none."""
        if self.env.su or field.name not in self._get_guardian_fields():
            return False
        return not self.env["parts.guard"]._is_guardian()

    @api.model
    def _is_field_narrowed(self, field):
        """Whether the current user's groups stop short of writing this field."""
        narrow = None if self.env.su else self._get_narrow_fields()
        return narrow is not None and field.name not in narrow

    @api.model
    def _has_field_access(self, field, operation):
        allowed = super()._has_field_access(field, operation)
        # Asked at each read of each field: no more work than this.
        if operation == "read" or not allowed:
            return allowed
        return not (self._is_field_guarded(field) or self._is_field_narrowed(field))

    @api.model
    def _check_field_access(self, field, operation):
        """Say who may write the field, or what the user may write instead.

        :raise AccessError: when the user may not write the field
        """
        if operation != "read" and self._is_field_guarded(field):
            raise AccessError(self._get_guarded_message(field))
        if operation != "read" and self._is_field_narrowed(field):
            raise AccessError(self._get_narrow_message(field))
        return super()._check_field_access(field, operation)

    def _get_guarded_message(self, field):
        """Sentence for a field that is the guardians': which, where, whom to ask."""
        return self.env._(
            "“%(field)s” of “%(record)s” says where restricted core parts may be, and is for their "
            "guardians to set. Ask one of them: %(guardians)s.",
            field=field._description_string(self.env),
            record=self[:1].display_name or self.env["ir.model"]._get(self._name).name,
            guardians=self.env["parts.guard"]._get_guardian_names(),
        )

    def _get_narrow_message(self, field):
        """Sentence for a field that the user may not write: which, where, what else."""
        names = sorted(
            self._fields[name]._description_string(self.env) for name in self._get_narrow_fields()
        )
        document = self.env["ir.model"]._get(self._name).name
        return self.env._(
            "You cannot change “%(field)s” of “%(record)s” (%(document)s): your groups let you set "
            "%(fields)s there and nothing else. Ask somebody who keeps these records.",
            field=field._description_string(self.env),
            record=self[:1].display_name,
            document=document,
            fields=", ".join(f"“{name}”" for name in names),
        )

    # ------------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------------

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """Fields that a view makes editable under a condition stay closed as well."""
        view = super().get_view(view_id, view_type, **options)
        if self.env.su or self._get_narrow_fields() is None:
            return view
        arch = etree.fromstring(view["arch"])
        for node in arch.xpath("//field[@readonly][not(ancestor::field)]"):
            if not self._has_field_access(self._fields[node.get("name")], "write"):
                node.set("readonly", "True")
        return view | {"arch": etree.tostring(arch, encoding="unicode")}
