from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS
from odoo.tools import email_normalize

from ..tools import receipt_code
from .ticket_complaint import VOICES

TEXT_LIMIT = 20_000


class SchoolTicket(models.Model):
    """Complaints of people whom nobody knows, and who come back with a code.

    Nothing of the reporter is kept: no user (not even when he is signed in), no
    contact, no address of a machine, no header, no author of a file. All is written by
    the robot of the desk in an environment of its own, in which the reporter does not
    exist. He reads, answers and rates by his code; the office writes to him in an
    exchange that is no chatter. When the time to keep it is over, the content is
    erased and the figures stay.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset({"erased_at"})

    code_ids = fields.One2many(
        "school.ticket.code", "ticket_id", groups=NO_ACCESS, readonly=True
    )
    exchange_ids = fields.One2many(
        "school.ticket.message", "ticket_id", "Words with the Reporter", readonly=True
    )
    has_code = fields.Boolean("Comes Back", compute="_compute_has_code")
    erased_at = fields.Datetime("Erased on", readonly=True, copy=False)

    _erase_idx = models.Index(
        "(company_id, closed_at) WHERE is_anonymous IS TRUE AND erased_at IS NULL"
    )
    _anonymous_check = models.Constraint(
        "CHECK (NOT is_anonymous OR (requester_id IS NULL "
        "AND requester_user_id IS NULL AND requester_name IS NULL "
        "AND requester_phone IS NULL AND requester_email IS NULL "
        "AND email_message_id IS NULL AND received_by_id IS NULL "
        "AND first_contact_id IS NULL))",
        "Nobody writes down who an anonymous reporter is.",
    )

    @api.depends("is_anonymous", "code_ids")
    def _compute_has_code(self):
        for ticket in self.sudo():
            ticket.has_code = bool(ticket.code_ids)

    # The methods of the public pages

    @api.model
    def _desk_robot(self):
        """This model in an environment that knows nothing of whoever asks."""
        env = self.env(user=SUPERUSER_ID, su=True, context={"lang": self.env.lang})
        return env[self._name]

    @api.model
    def _anonymous_services(self, company):
        """The services of a school that may be used without a name."""
        return (
            self.env["school.service"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("allow_anonymous", "=", True),
                    ("kind", "in", VOICES),
                ]
            )
        )

    @api.model
    def _anonymous_intake(self, company, vals):
        """Register an anonymous complaint; return the code, which is shown once.

        :param vals: ``service`` (record; none: complaints), ``name``, ``details``,
            ``answers``, ``problem_type_id``, ``place_id``, ``accused_text``,
            ``accused_user_ids`` (ids), ``attachments`` [(name, bytes)]. Anything else
            is dropped, whatever the page sends.
        """
        robot = self._desk_robot()
        company = robot.env["res.company"].browse(company.id)
        services = robot._anonymous_services(company)
        wanted = vals.get("service")
        service = services.filtered(lambda s: wanted and s.id == wanted.id)
        if not wanted:
            service = services.filtered(lambda s: s.kind == "complaint")[:1]
        if not service:
            raise UserError(
                robot.env._("This school does not take this without a name.")
            )
        details = (vals.get("details") or "").strip()
        if not details and not (vals.get("name") or "").strip():
            raise UserError(robot.env._("Write what happened."))
        attachments = robot._anonymous_files(company, vals.get("attachments"))
        row = {
            "service": service,
            "name": vals.get("name") or "",
            "details": details[:TEXT_LIMIT],
            "answers": robot._anonymous_answers(service, vals.get("answers")),
            "accused_text": (vals.get("accused_text") or "")[:200],
            "anonymous": True,
            "attachments": attachments,
        }
        row.update(robot._anonymous_choices(company, vals))
        ticket = robot._intake(company, [row], "form")
        return robot.env["school.ticket.code"]._issue(ticket)

    @api.model
    def _anonymous_answers(self, service, answers):
        """The answers without the names of files, which tell of their owner."""
        questions = service.question_ids.filtered(lambda q: q.kind == "file")
        answers = dict(answers or {})
        for key in answers.keys() & set(questions.mapped("key")):
            answers[key] = answers[key] and self.env._("Files")
        return answers

    @api.model
    def _anonymous_choices(self, company, vals):
        """Chosen rows, if they are rows of this school."""
        found = {}
        for name in ("problem_type_id", "place_id"):
            record_id = vals.get(name)
            if isinstance(record_id, int) and record_id > 0:
                record = (
                    self.env[self._fields[name].comodel_name].browse(record_id).exists()
                )
                if record.company_id == company:
                    found[name] = record.id
        accused = [i for i in vals.get("accused_user_ids") or () if isinstance(i, int)]
        users = (
            self.env["res.users"]
            .browse(accused)
            .exists()
            .filtered(lambda u: not u.share and company in u.company_ids)
        )
        found["accused_user_ids"] = users.ids
        return found

    @api.model
    def _code_fault(self, code):
        """Return a sentence that says what is wrong with a typed code, or None.

        It says nothing about whether the code exists.
        """
        match receipt_code.fault(code):
            case "empty":
                return self.env._("Type the code that you were shown.")
            case "length":
                return self.env._(
                    "A code has 16 letters and digits; you typed %(count)s.",
                    count=len(receipt_code.normal(code)),
                )
            case "signs":
                return self.env._(
                    "A code is made of the digits 2 to 9 and of letters, but never of "
                    "0, 1, I, L or O."
                )
            case "typo":
                return self.env._(
                    "There is a typing error in this code: compare it with what you "
                    "wrote down, sign by sign."
                )
        return None

    @api.model
    def _by_code(self, company, code):
        """Return the ticket of a school to which a code belongs (superuser), or none.

        The answer is the same for a code of another school, an erased one and one that
        never was. The page limits how often it is asked.
        """
        robot = self._desk_robot()
        return robot.env["school.ticket.code"]._ticket(company, code)

    # What the core does otherwise

    @api.model
    def _complete(self, vals_list, author):
        rows = super()._complete(vals_list, author)
        for row in rows:
            if row.get("is_anonymous"):
                row.update(
                    received_by_id=False,
                    first_contact_id=False,
                    email_message_id=False,
                )
        return rows

    @api.model
    def _complete_requester(self, row, company):
        result = super()._complete_requester(row, company)
        if not row.get("is_anonymous"):
            return result
        # An address in the subject line is not taken for a name to be shown.
        if email_normalize(row.get("name") or ""):
            row["name"] = False
        return result

    def _merge(self, into, reason=""):
        for ticket in self.sudo():
            if ticket.is_anonymous:
                raise UserError(
                    self.env._(
                        "%(ticket)s is anonymous: its reporter comes back to it. Give "
                        "both the same cause instead of merging them.",
                        ticket=ticket.number,
                    )
                )
            closed = ticket.has_accused or ticket.visibility == "named"
            target = into.sudo()
            if closed and (
                target.visibility != "named"
                or ticket.excluded_user_ids - target.excluded_user_ids
            ):
                raise AccessError(
                    self.env._(
                        "%(ticket)s is kept from people who see %(other)s: they cannot "
                        "be merged.",
                        ticket=ticket.number,
                        other=target.number,
                    )
                )
        return super()._merge(into, reason)
