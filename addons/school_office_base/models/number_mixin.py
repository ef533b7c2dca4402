from odoo import api, fields, models

from ..tools.rows import draw_ids


class SchoolNumberMixin(models.AbstractModel):
    """A record that carries a number of the school's own (BASE-12).

    Set ``_number_kind``; open the series in ``res.company._school_set_up`` with
    ``self.env["school.number.series"]._ensure(company, kind, name=…, pattern=…,
    reset=…)``. Call ``_assign_numbers()`` as late as the work allows (at registration,
    after signing) and once for the whole batch. Use it together with ``school.record``.
    """

    _name = "school.number.mixin"
    _description = "Carries a number"

    _number_kind = None
    _server_fields = frozenset({"number", "number_id"})

    number = fields.Char(readonly=True, copy=False, index=True)
    number_id = fields.Many2one(
        "school.number",
        "Number Given",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )

    def _get_number_kind(self):
        """Return the kind of this record's number; override where it depends on it."""
        self.ensure_one()
        return self._number_kind

    def _assign_numbers(self, at=None):
        """Give each record that has none its number, in the order of the records.

        The caller has checked that the user may do this now.

        :param at: moment or day that counts, by default now; in the school's time zone
        """
        without = self.filtered(lambda record: not record.number_id)
        if not without:
            return
        kinds = {record: record._get_number_kind() for record in without}
        numbers = self.env["school.number.series"]._issue(kinds, at=at)
        for record, number in numbers.items():
            # A server field: only the server writes it, whoever asked for the number.
            record.sudo().write({"number": number.text, "number_id": number.id})

    @api.model
    def _number_new(self, rows):
        """Put numbers into the values of new records, which are about to be created.

        For records that are numbered as they come in: the number is given to the id
        that the row will have, so that one insertion writes everything. In superuser
        mode.
        """
        if not rows:
            return
        ids = draw_ids(self, len(rows))
        schools = self.env["res.company"]
        wanted = {
            (self._name, new_id): (schools.browse(row["company_id"]), self._number_kind)
            for new_id, row in zip(ids, rows, strict=True)
        }
        numbers = self.env["school.number.series"]._give(wanted)
        for row, number in zip(rows, numbers, strict=True):
            row.update(number=number.text, number_id=number.id)

    @api.model
    def _prepare_create_values(self, vals_list):
        """A row that comes with its number takes the id to which that was given."""
        vals_list = super()._prepare_create_values(vals_list)
        Number = self.env["school.number"].sudo()
        for vals in vals_list:
            number = Number.browse(vals.get("number_id"))
            if number.res_model == self._name:
                vals["id"] = number.res_id
        return vals_list

    def _void_number(self, reason):
        """Make the numbers void, with the reason. They stay on the record and in the
        book.

        The caller has checked that the user may do this.
        """
        # Staff need not be able to read the list of numbers.
        self.sudo().number_id._make_void(reason)
