from odoo import api, models

from ..tools.rows import Later, insert_rows


class SchoolFactMixin(models.AbstractModel):
    """Rows that the server writes once and that a trigger keeps from changing.

    They go in by one plain statement, see ``tools/rows.py``.
    """

    _name = "school.fact.mixin"
    _description = "Row Written Once"
    _inherit = ["school.record"]

    @api.model
    def _add_facts(self, vals_list):
        """Insert rows and return them; called by the server's own methods only.

        :param vals_list: dicts with the same columns each, the school among them;
            nothing is added to them but who writes, and when
        """
        self._check_facts(vals_list)
        return insert_rows(self, vals_list)

    @api.model
    def _add_facts_later(self, vals_list):
        """Insert rows of which nobody needs the ids, with others if work is under way.

        As :meth:`_add_facts` else; see ``tools/rows.py``.
        """
        self._check_facts(vals_list)
        Later.insert(self, vals_list)

    def _check_facts(self, vals_list):
        if vals_list:
            schools = {vals["company_id"] for vals in vals_list}
            self._check_schools_open(self.env["res.company"].browse(schools))
