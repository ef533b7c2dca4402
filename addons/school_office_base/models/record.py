from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import plausible

# People whose schools are looked up one by one
FEW = 3
# What writing a record asks of its school: whether it is open, its hours, its zone
STEP_FIELDS = (
    "is_school",
    "school_state",
    "school_quiet_hours",
    "school_calendar_version_id",
    "resource_calendar_id",
)


class SchoolRecord(models.AbstractModel):
    """What every record of a school has in common.

    - it belongs to one school (``company_id``) for ever;
    - the fields of ``_server_fields`` (those of all parents together) are set by the
      server's own methods only: these check the caller and then write in superuser
      mode, which no client can ask for. Neither a direct write, an import, a
      ``default_…`` context key nor a value passed on creation gets through;
    - it can be deleted by its author only while it is a draft;
    - a closed school is read-only.
    """

    _name = "school.record"
    _description = "Record of a school"
    _check_company_auto = True

    _server_fields = frozenset()
    _draft_states = ("draft",)

    # Whether there are few rows, to which many others point, as to settings: whose
    # they are is kept in memory.
    _school_in_process = False

    # What the record rules look at for every row: read together with whatever is read,
    # or the check would read all columns of a list a second time.
    _rule_fields = ("company_id",)

    company_id = fields.Many2one(
        "res.company",
        "School",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = self
        if not self.env.su:
            records = self._without_server_defaults()
            for vals in vals_list:
                self._check_server_fields(vals, creating=True)
                self._check_filled_in(vals)
                self._check_own_school(vals.get("company_id"))
        for vals in vals_list:
            self._check_plausible(vals)
        created = super(SchoolRecord, records).create(vals_list).with_env(self.env)
        created._check_school_open()
        return created

    def write(self, vals):
        if not self.env.su:
            self._check_server_fields(vals)
            self._check_filled_in(vals)
        self._check_plausible(vals)
        if "company_id" in vals:
            self._check_same_school(vals["company_id"])
        self._check_school_open()
        return super().write(vals)

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        if field_names and not self.env.su:
            field_names = [
                *field_names,
                *(
                    name
                    for name in self._rule_fields
                    if self._has_field_access(self._fields[name], "read")
                ),
            ]
        return super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_business_records(self):
        self._check_school_open()
        for record in self:
            if not record._is_deletable():
                raise UserError(
                    self.env._(
                        "%(record)s stays on record. Cancel, void or archive it; only "
                        "its author may delete it while it is still a draft.",
                        record=record.display_name,
                    )
                )

    def _is_deletable(self):
        """Whether this one record may be deleted by the current user."""
        self.ensure_one()
        if "state" not in self._fields:
            return True
        return self.state in self._draft_states and (
            self.env.su or self.create_uid == self.env.user
        )

    def _dialog(self, model, title, **defaults):
        """Return the action that opens a dialog with these values filled in."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    def _form_of(self, record, **more):
        """Return the action that opens the form of ``record``, of whatever model."""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            **more,
        }

    def _mark_among(self, name, domain, new=False):
        """Set the Boolean ``name``: whether a record is among those of ``domain``.

        For computed fields that say what the current user may see or do, and whose
        search is that domain.

        :param new: the value of a record that is not saved yet
        """
        # sudo: compared with what is the user's, nothing else is told
        found = self.sudo().search(fields.Domain("id", "in", self.ids) & domain)
        ids = set(found._ids)
        for record in self:
            record[name] = record._origin.id in ids if record._origin else new

    @tools.ormcache()
    def _all_server_fields(self):
        """Return the server fields of this model and of every mixin it inherits.

        What is computed and stored belongs to them, unless it is meant to be edited:
        read-only is a word for forms only, and the ORM would write the column.
        """
        named = frozenset().union(
            *(vars(cls).get("_server_fields", ()) for cls in type(self).__mro__)
        )
        computed = {
            name
            for name, field in self._fields.items()
            if field.store
            and (field.compute or field.related)
            and field.readonly
            and not field.inverse
        }
        return named | (computed - {"company_id", "display_name"})

    @tools.ormcache()
    def _server_defaults(self):
        """The keys of a context that would give values to server fields."""
        return frozenset(f"default_{name}" for name in self._all_server_fields())

    def _without_server_defaults(self):
        """Drop ``default_<server field>`` keys: a default is a value like any other."""
        smuggled = self._server_defaults()
        context = self.env.context
        if smuggled.isdisjoint(context):
            return self
        kept = {key: value for key, value in context.items() if key not in smuggled}
        return self.with_env(self.env(context=kept))

    def _check_server_fields(self, vals, creating=False):
        named = self._all_server_fields() & vals.keys()
        if creating and named:
            # A form may send the value that would be set anyway.
            defaults = self._without_server_defaults().default_get(list(named))
            named = {
                name
                for name in named
                if (vals[name] or False) != defaults.get(name, False)
            }
        if named:
            labels = ", ".join(sorted(map(self._label, named)))
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be entered: the office's own steps set it.",
                    fields=labels,
                )
            )

    def _label(self, name):
        """What the user's language calls a field."""
        return self._fields[name]._description_string(self.env) or name

    @tools.ormcache()
    def _required_texts(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.required and field.type in ("char", "text")
        )

    def _check_filled_in(self, vals):
        """Refuse blanks where something has to be written, as the web client does."""
        for name in self._required_texts() & vals.keys():
            text = vals[name]
            if isinstance(text, str) and text and not text.strip():
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is empty: fill it in.", field=self._label(name)
                    )
                )

    @tools.ormcache()
    def _measured_fields(self):
        """The kind of each field that holds a number or a date."""
        return {
            name: field.type
            for name, field in self._fields.items()
            if field.column_type and field.type in plausible.KINDS
        }

    def _check_plausible(self, vals):
        """Refuse numbers and dates that no column holds or nobody can mean, in
        superuser mode too: dialogs hand on what was typed."""
        measures = self._measured_fields()
        for name in measures.keys() & vals.keys():
            fault = plausible.fault(vals[name], measures[name])
            if fault:
                raise ValidationError(self._implausible(fault, name, vals[name]))

    def _implausible(self, fault, name, value):
        """The sentence about a number or date that cannot be meant."""
        words = {"field": self._label(name), "value": str(value)[:30]}
        if fault == "number":
            return self.env._("“%(field)s”: “%(value)s” is no number.", **words)
        if fault == "large":
            return self.env._(
                "“%(field)s”: %(value)s is larger than can be entered.", **words
            )
        if fault == "date":
            return self.env._("“%(field)s”: “%(value)s” is no date.", **words)
        return self.env._(
            "“%(field)s”: can the year of %(value)s be right? Correct the date.",
            **words,
        )

    def _check_own_school(self, company_id):
        # Before anything else: later checks name what they find in a sentence.
        if company_id and company_id not in self.env.companies.ids:
            raise AccessError(self.env._("You do not work at this school."))

    def _check_company(self, fnames=None):
        """Refuse relations to another school without naming what they point to.

        Core's sentence quotes the name of the record, to whoever guesses its id.
        """
        if fnames is None or {"company_id", "company_ids"} & set(fnames):
            fnames = self._related_names()
        doubtful = [name for name in fnames if not self._is_of_school(name)]
        try:
            return super()._check_company(doubtful) if doubtful else None
        except UserError as error:
            raise UserError(
                self.env._(
                    "What is chosen here belongs to another school, or to none: choose "
                    "something of %(school)s.",
                    school=self.company_id[:1].sudo().name,
                )
            ) from error

    @tools.ormcache()
    def _related_names(self):
        """The relations that must stay within the school."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.relational and field.check_company
        )

    def _is_of_school(self, name):
        """Whether the process knows that a relation stays within the school.

        It spares the check the reading of people and settings only to learn whose they
        are. Where it is not certain, the check itself answers.
        """
        field = self._fields[name]
        if not field.relational or not field.check_company:
            return True
        if field.type != "many2one" or field.company_dependent:
            return False
        comodel = self.env[field.comodel_name]
        rows = self.sudo().mapped(name)
        if comodel._name == "res.users" and len(rows) <= FEW:
            # Each costs a query the first time; many are read together by the check.
            # Signalled to all processes by the ORM when somebody changes schools.
            schools = type(comodel)._get_company_ids
        elif getattr(comodel, "_school_in_process", False):
            schools = type(comodel)._school_ids
        else:
            return False
        return all(
            record.company_id.id in schools(row)
            for record in self.sudo()
            for row in record[name]
        )

    @tools.ormcache("self.id")
    def _school_ids(self):
        """The school of the row, which never changes, as the process knows it."""
        return self.sudo().company_id._ids

    def _check_same_school(self, company_id):
        if any(record.company_id.id != company_id for record in self):
            raise UserError(
                self.env._("A record stays in the school in which it was made.")
            )

    def _check_school_open(self):
        self._check_schools_open(self.company_id)

    @api.model
    def _check_schools_open(self, companies):
        companies = companies.sudo()
        # A school has well over a hundred columns; most steps need these few only.
        unread = companies._fields["school_state"]._cache_missing_ids(companies)
        companies.browse(unread).fetch(STEP_FIELDS)
        closed = companies.filtered(lambda c: c.school_state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%(school)s is closed: its records can be read and exported, "
                    "not changed.",
                    school=closed[0].name,
                )
            )
