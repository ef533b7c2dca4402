from odoo import fields, models


class SchoolServiceQuestion(models.Model):
    _inherit = "school.service.question"

    is_alarm = fields.Boolean(
        "Yes Means Urgent",
        help="For a yes-or-no question: whoever answers yes makes the request red, if "
        "he works here or stands in front of it (QR code); else important.",
    )


class SchoolService(models.Model):
    _inherit = "school.service"

    def _is_alarming(self, answers):
        """Whether one of the answers says that it cannot wait."""
        self.ensure_one()
        return any(
            question.kind == "yes_no" and answers.get(question.key) is True
            for question in self.question_ids.filtered("is_alarm")
        )
