from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SchoolApprovalCase(models.Model):
    """Oral consent in an emergency, to be confirmed in writing."""

    _inherit = "school.approval.case"

    def action_oral_consent(self, user_id, at, how, reason):
        """Go on after an oral consent in an emergency; it is confirmed later.

        :param user_id: who consented: somebody whose turn it is
        :param at: when; not in the future, not before the submission
        :param how: by what means (phone, in person …)
        """
        self.ensure_one()
        self.check_access("read")
        case = self.sudo()
        case._lock()
        record = case._record()
        task = case.task_ids.filtered(
            lambda t: (
                t.state == "open" and t.user_id.id == user_id and t.kind != "confirm"
            )
        )[:1]
        at = fields.Datetime.to_datetime(at)
        case._check_oral_consent(record, task, at, how, reason)
        node = task.node_id
        opinion = (
            self.env["school.approval.opinion"]
            .sudo()
            ._add_facts(
                [
                    case._opinion_vals(
                        "oral",
                        task=task,
                        text=reason,
                        on_behalf_of=task.user_id,
                        detail=self.env._(
                            "%(person)s consented on %(at)s by %(how)s",
                            person=task.user_id.name,
                            at=case.company_id._worktime()
                            .local(at)
                            .strftime("%Y-%m-%d %H:%M"),
                            how=how,
                        ),
                    )
                ]
            )
        )
        task.write(
            {
                "state": "done",
                "decision": "approve",
                "is_oral": True,
                "acting_user_id": self.env.uid,
                "on_behalf_of_id": task.user_id.id,
                "decided_at": fields.Datetime.now(),
                "opinion": opinion.text,
            }
        )
        confirm = case._task_vals(node, task.user_id)[0]
        confirm.update(
            kind="confirm",
            parent_id=task.id,
            limit_amount=case.version_id.oral_limit,
            limit_unit=case.version_id.oral_unit,
        )
        self.env["school.approval.task"].sudo().create(confirm)._notify_opened()
        case.write(
            {
                "confirm_pending": case.confirm_pending + 1,
                "move_count": case.move_count + 1,
            }
        )
        with case._journal() as journal:
            journal.note(opinion)
            task._settle({task: opinion})
        return True

    def _check_oral_consent(self, record, task, at, how, reason):
        version, now = self.version_id, fields.Datetime.now()
        if self.state != "running":
            raise UserError(self.env._("“%(case)s” is not running.", case=self.name))
        if not version.oral or self.flow_id.oral_locked or task.node_id.four_eyes:
            raise UserError(self.env._("Oral consent is not possible for this matter."))
        if not record or not (
            self.env.user in (self.applicant_id | self.author_id)
            or record.with_user(self.env.user).has_access("write")
        ):
            raise AccessError(
                self.env._(
                    "Only who works on “%(case)s” can note an oral consent.",
                    case=self.name,
                )
            )
        if not task or task.user_id == self.env.user:
            raise UserError(
                self.env._(
                    "Name somebody else whose decision “%(case)s” waits for.",
                    case=self.name,
                )
            )
        if not at or at > now or at < self.submitted_at:
            raise UserError(
                self.env._(
                    "The consent was given between the submission and now: mend the "
                    "time."
                )
            )
        if not (how or "").strip() or not (reason or "").strip():
            raise UserError(
                self.env._("Say how the consent was given and why it was urgent.")
            )
