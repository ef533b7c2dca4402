from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .secrecy_level import STATE_MARKS


class SchoolSecrecyMixin(models.AbstractModel):
    """A record with a secrecy level that limits who reads, finds, counts and is told.

    Every model that inherits it ships its own *global* rule beside the one of the
    school, since rules belong to a model. Copy this domain and add, with OR, who
    handles it::

        ['|', '|', ('is_marked', '=', False), ('reader_ids', 'in', [user.id]),
         ('create_uid', '=', user.id)]

    and repeat the same handlers in ``_secrecy_handlers``. ``SecrecyChecks`` in
    ``tests/secrecy_checks.py`` proves rule, search, counting, export, names, followers
    and notifications of your model.

    Set ``_secrecy_body_fields`` to the fields that hold content: a record of a state
    level must leave them empty and can have no file.
    """

    _name = "school.secrecy.mixin"
    _description = "Has a secrecy level"

    _secrecy_body_fields = ()

    secrecy_level_id = fields.Many2one(
        "school.secrecy.level",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_secrecy_level_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    secrecy_years = fields.Integer(
        "Secrecy Period (years)", help="How long the level lasts; 0: not stated."
    )
    secrecy_mark = fields.Char(
        compute="_compute_secrecy_mark",
        help="The mark as GB/T 9704 prints it, e.g. 机密★1年.",
    )
    reader_ids = fields.Many2many(
        "res.users",
        string="Named Readers",
        check_company=True,
        copy=False,
        help="Who may read a marked record, named one by one.",
    )
    is_marked = fields.Boolean(
        "Marked",
        compute="_compute_is_marked",
        store=True,
        precompute=True,
        index=True,
        help="The level limits the readers to those named.",
    )
    is_state_secret = fields.Boolean(related="secrecy_level_id.is_state_secret")

    @api.depends("company_id")
    def _compute_secrecy_level_id(self):
        """Start with the level “internal” of the record's own school."""
        Level = self.env["school.secrecy.level"]
        for record in self:
            if record.secrecy_level_id.company_id != record.company_id:
                record.secrecy_level_id = Level._find(record.company_id, "internal")

    @api.depends(
        "secrecy_level_id.needs_named_readers", "secrecy_level_id.is_state_secret"
    )
    def _compute_is_marked(self):
        for record in self:
            level = record.secrecy_level_id
            record.is_marked = level.needs_named_readers or level.is_state_secret

    @api.depends("secrecy_level_id", "secrecy_years")
    @api.depends_context("lang")
    def _compute_secrecy_mark(self):
        for record in self:
            level = record.secrecy_level_id
            if not level.needs_named_readers:
                record.secrecy_mark = False
                continue
            mark = STATE_MARKS.get(level.code, level.name)
            if record.secrecy_years:
                mark = f"{mark}★{record.secrecy_years}年"
            record.secrecy_mark = mark

    @api.depends_context("uid")
    def _compute_display_name(self):  # pylint: disable=missing-return
        super()._compute_display_name()
        self._secrecy_mask_display_name()

    def _secrecy_mask_display_name(self):
        """Take the title out of the name of marked records for whoever is no reader.

        Call it last in an own ``_compute_display_name`` that does not call super, and
        let that depend on the context key ``uid``.
        """
        if self.env.uid == api.SUPERUSER_ID:
            return
        # A link shows the name without asking for rights: other readers get no title.
        for record in self.filtered("is_marked"):
            if not record._secrecy_may_read(self.env.user):
                number = record.number if "number" in record else False
                record.display_name = self.env._(
                    "Marked record %(number)s", number=number or f"#{record.id or ''}"
                )

    def _secrecy_handlers(self):
        """Return the users who handle this one record whatever its level.

        Override together with the rule of the model.
        """
        self.ensure_one()
        return self.create_uid

    def _secrecy_may_read(self, user):
        """Return whether a user may know more of this one record than that it
        exists.
        """
        self.ensure_one()
        record = self.sudo()
        return (
            not record.is_marked
            or user in record.reader_ids
            or user in record._secrecy_handlers()
        )

    @api.constrains("secrecy_level_id", "secrecy_years")
    def _check_secrecy_years(self):
        for record in self:
            level = record.secrecy_level_id
            if record.secrecy_years < 0 or (
                level.max_years and record.secrecy_years > level.max_years
            ):
                raise ValidationError(
                    self.env._(
                        "%(level)s lasts at most %(cap)s years (Law on Guarding State "
                        "Secrets, art. 20), and never less than 0.",
                        level=level.name,
                        cap=level.max_years,
                    )
                )

    @api.model
    def _secrecy_constrained_fields(self):
        return ["secrecy_level_id", *self._secrecy_body_fields]

    @api.constrains(lambda self: self._secrecy_constrained_fields())
    def _check_state_secret(self):
        state = self.filtered("is_state_secret")
        for record in state:
            filled = [name for name in self._secrecy_body_fields if record[name]]
            if filled:
                raise ValidationError(
                    self.env._(
                        "%(level)s is a state secret: its text must not be kept in "
                        "this system, which was not inspected for it (Law on Guarding "
                        "State Secrets, art. 29 and 30). Leave %(fields)s empty and "
                        "note where the paper is.",
                        level=record.secrecy_level_id.name,
                        fields=", ".join(
                            record._fields[name]._description_string(self.env)
                            for name in filled
                        ),
                    )
                )
        if state and self._secrecy_has_files(state):
            raise ValidationError(
                self.env._(
                    "A record of a state level cannot have files, and this one has. "
                    "They must not be in this system at all: tell the person "
                    "responsible for secrecy now, and remove them first."
                )
            )

    @api.model
    def _secrecy_has_files(self, records):
        # Also what the user himself may not see counts.
        return bool(
            self.env["ir.attachment"]
            .sudo()
            .search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", records.ids),
                    # Pictures of binary fields count too, hence no default filter.
                    ("res_field", "in", [False, *self._fields]),
                ],
                limit=1,
            )
        )

    def _check_may_hold_files(self):
        """Refuse a file on a record of a state level; ``ir.attachment`` asks."""
        for record in self:
            if record.is_state_secret:
                raise UserError(
                    self.env._(
                        "%(level)s is a state secret: its file must not be uploaded to "
                        "this system, which was not inspected for it (Law on Guarding "
                        "State Secrets, art. 29 and 30). Note where the paper is kept.",
                        level=record.secrecy_level_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.filtered("is_marked")._secrecy_drop_followers()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "secrecy_level_id" in vals:
            self.filtered("is_marked")._secrecy_drop_followers()
        return result

    def _secrecy_drop_followers(self):
        # Every employee can read who follows what, so nobody follows a marked record.
        if self and "message_follower_ids" in self._fields:
            self.sudo().message_follower_ids.unlink()
