import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.questions import NO, YES


class SchoolServiceQuestion(models.Model):
    """A question of a service's form (申请表), perhaps under a condition (DESK-03)."""

    _name = "school.service.question"
    _description = "Question of a Service"
    _inherit = ["school.record"]
    _order = "service_id, sequence, id"
    _rec_name = "label"

    service_id = fields.Many2one(
        "school.service",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    key = fields.Char(
        required=True,
        compute="_compute_key",
        store=True,
        readonly=False,
        precompute=True,
        help="The name under which the answer is kept.",
    )
    label = fields.Char("Question", required=True, translate=True)
    help = fields.Char("Hint", translate=True)
    kind = fields.Selection(
        [
            ("text", "Short Text"),
            ("long", "Long Text"),
            ("choice", "One of a List"),
            ("multi", "Several of a List"),
            ("number", "Number"),
            ("date", "Day"),
            ("datetime", "Day and Time"),
            ("phone", "Phone Number"),
            ("yes_no", "Yes or No"),
            ("place", "Place"),
            ("file", "File"),
        ],
        "Answer",
        required=True,
        default="text",
    )
    required = fields.Boolean("Must Be Answered")
    choices = fields.Text("List", translate=True, help="One answer a line.")
    condition_question_id = fields.Many2one(
        "school.service.question",
        "Only If",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('service_id', '=', service_id), ('id', '!=', id)]",
    )
    condition_value = fields.Char(
        "Is Answered With",
        help="“yes” or “no”, or one line of the list in any of its languages. Empty: "
        "with yes, or with anything.",
    )

    _key_uniq = models.UniqueIndex(
        "(service_id, key)", "Each question of a service has a name of its own."
    )

    @api.depends("service_id")
    def _compute_key(self):
        for question in self:
            if not question.key:
                taken = set(question.service_id.question_ids.mapped("key"))
                number = 1
                while f"q{number}" in taken:
                    number += 1
                question.key = f"q{number}"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("service_id"):
                service = self.env["school.service"].browse(vals["service_id"])
                vals["company_id"] = service.sudo().company_id.id
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        # What services ask is kept in memory: cleared when it is said, and again when
        # it reaches the database, as translations do without being written.
        self.env.registry.clear_cache()
        return super().write(vals)

    def _write_multi(self, vals_list):
        self.env.registry.clear_cache()
        return super()._write_multi(vals_list)

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.constrains("key", "kind", "choices", "condition_question_id", "service_id")
    def _check_question(self):
        for question in self:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", question.key or ""):
                raise ValidationError(
                    self.env._(
                        "The name “%(key)s” may have small letters, digits and “_”.",
                        key=question.key,
                    )
                )
            if question.kind in ("choice", "multi") and not question._choice_list():
                raise ValidationError(
                    self.env._(
                        "Write the answers from which to choose in “%(question)s”.",
                        question=question.label,
                    )
                )
            before = question.condition_question_id
            if before and before.service_id != question.service_id:
                raise ValidationError(
                    self.env._("A condition looks at a question of the same service.")
                )
        if self._has_cycle("condition_question_id"):
            raise ValidationError(
                self.env._("A question cannot depend on its own answer.")
            )

    @api.constrains("condition_question_id", "condition_value", "kind", "choices")
    def _check_condition(self):
        """Refuse a condition that no answer can meet, in whatever language it is."""
        for question in self | self.search([("condition_question_id", "in", self.ids)]):
            before = question.condition_question_id
            wanted = (question.condition_value or "").strip()
            if not wanted:
                continue
            if before.kind == "yes_no":
                possible = [*YES, *NO]
                wanted = wanted.lower()
            elif before.kind in ("choice", "multi"):
                possible = [line for lines in before._choice_lists() for line in lines]
            else:
                continue
            if wanted not in possible:
                raise ValidationError(
                    self.env._(
                        "“%(value)s” is no answer to “%(question)s”, on which "
                        "“%(dependent)s” depends.",
                        value=question.condition_value,
                        question=before.label,
                        dependent=question.label,
                    )
                )

    def _choice_lists(self):
        """The list in every language of the instance, that of the user first."""
        codes = [self.env.lang or "en_US"]
        codes += [code for code, __ in self.env["res.lang"].get_installed()]
        return [self.with_context(lang=code)._choice_list() for code in codes]

    def _condition_answer(self):
        """What the condition waits for, in the words the user chooses from.

        It is written down in one language and answered in any: the lines of a list
        stand in the same order in all of them.
        """
        self.ensure_one()
        before = self.condition_question_id
        wanted = (self.condition_value or "").strip()
        if before.kind == "yes_no":
            return "no" if wanted.lower() in NO else "yes"
        if wanted and before.kind in ("choice", "multi"):
            lists = before._choice_lists()
            for lines in lists:
                if wanted in lines:
                    here, line = lists[0], lines.index(wanted)
                    return here[line] if line < len(here) else wanted
        return wanted

    def _choice_list(self):
        return [
            line.strip() for line in (self.choices or "").splitlines() if line.strip()
        ]

    def _is_deletable(self):
        return True
