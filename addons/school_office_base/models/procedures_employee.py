from odoo import fields, models


class HrEmployee(models.Model):
    """New people are trained and tested so many days after joining (BASE-23)."""

    _inherit = "hr.employee"

    school_joined_on = fields.Date(
        "Joined the School",
        default=lambda self: self.env.company._school_date(),
        index="btree_not_null",
        groups="hr.group_hr_user",
        help="The test for new staff is due so many days after this day.",
    )

    def _init_column(self, column_name):
        # Whoever works here when the software comes is not new.
        if column_name == "school_joined_on":
            return None
        return super()._init_column(column_name)
