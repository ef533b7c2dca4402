from odoo import api, fields, models
from odoo.fields import Command


class SchoolDocDistribute(models.TransientModel):
    """Who gets the document, and how many copies: one line per recipient (DOC-09)."""

    _name = "school.doc.distribute"
    _description = "Distribution"

    document_id = fields.Many2one("school.doc.incoming", required=True)
    company_id = fields.Many2one(related="document_id.company_id", related_sudo=False)
    is_marked = fields.Boolean(related="document_id.is_marked", related_sudo=False)
    line_ids = fields.One2many("school.doc.distribute.line", "wizard_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        document = self.env["school.doc.incoming"].browse(values.get("document_id"))
        if document:
            document.check_access("read")
            values["line_ids"] = [
                Command.create(line) for line in self._default_lines(document)
            ]
        return values

    @api.model
    def _default_lines(self, document):
        """What the leader decided, in the usual order of distribution."""
        if document.is_marked:
            department = document.responsible_department_id.sudo()
            users = document.reader_ids & department._receiver_users()
            return [{"user_id": user.id, "copies": 1} for user in users[:1]]
        departments = document._instructed_departments().sorted(
            lambda d: (
                d != document.responsible_department_id,
                d.distribution_sequence,
                d.id,
            )
        )
        return [
            {
                "department_id": department.id,
                "copies": 1,
                "is_responsible": department == document.responsible_department_id,
            }
            for department in departments
        ]

    def action_distribute(self):
        self.ensure_one()
        document = self.document_id
        document.check_access("read")
        copies = {}
        for line in self.line_ids:
            recipient = line.department_id or line.user_id
            if recipient:
                copies[recipient] = copies.get(recipient, 0) + line.copies
        document._distribute(copies)
        return {"type": "ir.actions.act_window_close"}


class SchoolDocDistributeLine(models.TransientModel):
    _name = "school.doc.distribute.line"
    _description = "Recipient"

    wizard_id = fields.Many2one("school.doc.distribute", ondelete="cascade")
    department_id = fields.Many2one("hr.department")
    user_id = fields.Many2one("res.users", "Person")
    copies = fields.Integer(default=1)
    is_responsible = fields.Boolean("Responsible", readonly=True)
