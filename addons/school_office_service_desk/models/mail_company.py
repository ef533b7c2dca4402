import re

from odoo import api, fields, models


class ResCompany(models.Model):
    """The mailbox of the service desk."""

    _inherit = "res.company"

    school_desk_alias_id = fields.Many2one(
        "mail.alias",
        "Service Desk Mailbox",
        copy=False,
        readonly=True,
        ondelete="set null",
        help="What is sent to this address is entered as a request. Source: DESK-02.",
    )
    school_desk_mailbox = fields.Char(
        "Address of the Service Desk", compute="_compute_school_desk_mailbox"
    )
    school_desk_mail_hourly = fields.Integer(
        "Confirmations per Hour",
        default=10,
        help="To one sender; what he sends beyond is entered without an answer, so "
        "that two machines never answer each other for ever. Proposal.",
    )

    _school_desk_mail_hourly_check = models.Constraint(
        "CHECK (school_desk_mail_hourly >= 0)",
        "The number of confirmations cannot be negative.",
    )

    @api.depends("school_desk_alias_id.alias_full_name")
    def _compute_school_desk_mailbox(self):
        for company in self:
            company.school_desk_mailbox = (
                company.sudo().school_desk_alias_id.alias_full_name
            )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_set_up_mailbox("school.ticket", "school_desk_alias_id", "desk")

    def _school_desk_endings(self, service):
        """Endings of the files a request may have (DESK-05), in lower case."""
        self.ensure_one()
        text = self.school_desk_file_types or ""
        if service and service.sudo().allow_images:
            text = f"{text},{self.school_desk_image_types or ''}"
        words = re.split(r"[\s,;，；、]+", text)
        return {word.strip(".").lower() for word in words if word.strip(".")}
