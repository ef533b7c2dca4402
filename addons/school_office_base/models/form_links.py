from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Command


class Base(models.AbstractModel):
    """A form is told about nothing that its user may not read.

    While a form is filled in, the client sends the ids that stand in it, and the server
    answers with what follows from them. Ids are checked like everything that a client
    sends: by the rights of whoever sends them.
    """

    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            self._school_check_form_links(values)
        return super().onchange(values, field_names, fields_spec)

    def _school_check_form_links(self, values):
        """Refuse a form that names what its user may not read."""
        named = {}
        self._school_form_links(values, named)
        own = {
            "res.users": {self.env.uid},
            "res.partner": {self.env.user.partner_id.id},
            "res.company": set(self.env.user._get_company_ids()),
        }
        for name, ids in named.items():
            ids -= own.get(name, set())
            if ids and not self.env[name].browse(ids)._school_may_be_named():
                raise AccessError(
                    self.env._("You may not read what is chosen here: choose another.")
                )

    def _school_may_be_named(self):
        """Whether the names of these records may be told to the current user."""
        ours = isinstance(self, self.env.registry["school.record"])
        if ours or self.browse().has_access("read"):
            return self.has_access("read")
        # What Odoo itself keeps may be named, unless it is another school's.
        schools = self.sudo().company_id if "company_id" in self._fields else None
        return not schools or schools <= self.env.companies

    def _school_form_links(self, values, named):
        """Add to ``{model: ids}`` what these values of a form newly name."""
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None or not value:
                continue
            if field.type == "many2one":
                model, ids = (
                    field.comodel_name,
                    self._school_one_link(field, value, named),
                )
            elif field.type in ("one2many", "many2many"):
                model, ids = (
                    field.comodel_name,
                    self._school_many_links(field, value, named),
                )
            elif field.type == "many2one_reference" and isinstance(value, int):
                model, ids = values.get(field.model_field), {value}
            elif field.type == "reference" and isinstance(value, str):
                model, __, number = value.partition(",")
                ids = {int(number)} if number.isdecimal() else set()
            else:
                continue
            if ids and len(self) == 1 and self.id:
                ids -= self._school_linked(field, model)
            if ids and model in self.env.registry:
                named.setdefault(model, set()).update(ids)

    def _school_linked(self, field, model):
        """The ids of this model that stand in the field already."""
        # sudo: they are compared, not shown
        record = self.sudo()
        if field.type == "many2one_reference":
            same = record[field.model_field] == model
            return {record[field.name]} if same else set()
        linked = record[field.name]
        return set(linked._ids) if linked and linked._name == model else set()

    def _school_one_link(self, field, value, named):
        """The id in a value of a many2one, as the cache would take it."""
        if isinstance(value, dict):
            # A row names the form that it stands in.
            number = value.get("id")
            rows = self.env[field.comodel_name]
            rows = rows.browse(number if isinstance(number, int) else ())
            rows._school_form_links(value, named)
            return set(rows._ids)
        if isinstance(value, list | tuple):
            value = value[0]
        return {value} if isinstance(value, int) else set()

    def _school_many_links(self, field, value, named):
        """The ids in commands of an x2many, and those in the rows that they hold."""
        ids = set()
        rows = self.env[field.comodel_name]
        for command in value if isinstance(value, list | tuple) else ():
            if isinstance(command, int):
                ids.add(command)
            elif isinstance(command, dict):
                ids |= self._school_one_link(field, command, named)
            elif isinstance(command, list | tuple) and command:
                kind, number, content = (*command, None, None)[:3]
                if kind in (Command.UPDATE, Command.LINK) and isinstance(number, int):
                    ids.add(number)
                if kind == Command.SET:
                    ids.update(n for n in content or () if isinstance(n, int))
                if kind in (Command.CREATE, Command.UPDATE) and isinstance(
                    content, dict
                ):
                    row = rows.browse(number if kind == Command.UPDATE else ())
                    if not isinstance(number, int):
                        row = rows
                    row._school_form_links(content, named)
        return ids
