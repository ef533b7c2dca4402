from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolSuggestionLetter(models.Model):
    """A letter from a suggestion box, until it is a request of its own (DESK-24).

    Once it is registered, what it says stands in the request alone, where the accused
    and their people cannot see it; the line keeps that there was a letter.
    """

    _name = "school.suggestion.letter"
    _description = "Letter of a Suggestion Box"
    _inherit = ["school.record"]
    _order = "opening_id, id"
    _rec_name = "kind"
    _server_fields = frozenset({"ticket_id", "is_registered"})

    opening_id = fields.Many2one(
        "school.suggestion.opening",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("suggestion", "Suggestion"),
            ("thanks", "Thanks"),
            ("other", "No Matter of the School"),
        ],
        required=True,
        default="suggestion",
    )
    matter = fields.Char(help="In a few words, as it will stand in the list.")
    problem_type_id = fields.Many2one(
        "school.complaint.type", check_company=True, ondelete="restrict"
    )
    text = fields.Text("What It Says")
    sender_name = fields.Char("Signed By", help="Empty: an anonymous letter.")
    sender_phone = fields.Char("Telephone")
    sender_email = fields.Char("E-mail")
    accused_user_ids = fields.Many2many(
        "res.users",
        "school_suggestion_letter_accused_rel",
        "letter_id",
        "user_id",
        "Complains About",
        check_company=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    is_registered = fields.Boolean("Registered", readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "school.ticket",
        "Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        letters._check_opening()
        return letters

    def write(self, vals):
        if not self.env.su:
            self._check_opening()
        result = super().write(vals)
        if not self.env.su:
            self._check_opening()
        return result

    def _is_deletable(self):
        return self.env.su or self.sudo().opening_id.state == "opened"

    def _check_opening(self):
        if self.env.su:
            return
        for letter in self:
            opening = letter.opening_id
            opening.check_access("read")
            if opening.state != "opened" or not opening.box_id._may_open(self.env.user):
                raise UserError(
                    self.env._(
                        "Letters are entered by those who open the box, after two of "
                        "them have signed the opening."
                    )
                )

    def _make_requests(self):
        """Make requests of the letters and take their words out of the lines."""
        wanted = self.filtered(
            lambda letter: letter.kind in ("complaint", "suggestion")
        )
        for letter in wanted:
            if not (letter.matter or "").strip() or not (letter.text or "").strip():
                raise UserError(
                    self.env._("Write down the matter and the words of each letter.")
                )
        Service = self.env["school.service"].sudo()
        for opening, letters in wanted.grouped("opening_id").items():
            services = {
                service.kind: service
                for service in Service.search(
                    [
                        ("company_id", "=", opening.company_id.id),
                        ("kind", "in", ("complaint", "suggestion")),
                    ],
                    order="is_standard, sequence desc, id desc",
                )
            }
            if any(letter.kind not in services for letter in letters):
                raise UserError(
                    self.env._(
                        "%(school)s has no service for complaints or suggestions at "
                        "present: open one in the service guide first.",
                        school=opening.company_id.sudo().name,
                    )
                )
            # Superuser: the opener may not see what becomes of a complaint. He was
            # checked as one of those who open this box.
            tickets = (
                self.env["school.ticket"]
                .sudo()
                ._box_intake(
                    opening.company_id,
                    [
                        letter._prepare_intake(services[letter.kind])
                        for letter in letters
                    ],
                    opening.opened_at,
                )
            )
            for letter, ticket in zip(letters.sudo(), tickets, strict=True):
                letter.ticket_id = ticket
        self.sudo().write(
            {
                "is_registered": True,
                "matter": False,
                "text": False,
                "sender_name": False,
                "sender_phone": False,
                "sender_email": False,
                "accused_user_ids": False,
            }
        )

    def _prepare_intake(self, service):
        self.ensure_one()
        signed = bool((self.sender_name or "").strip())
        return {
            "service": service,
            "name": self.matter.strip(),
            "details": self.text.strip(),
            "anonymous": not signed,
            "requester_name": (self.sender_name or "").strip(),
            "requester_phone": self.sender_phone or "",
            "requester_email": self.sender_email or "",
            "problem_type_id": self.problem_type_id.id,
            "accused_user_ids": self.accused_user_ids.ids,
        }
