from odoo import api, fields, models


class HrEmployeePublic(models.Model):
    """The internal directory (内部通讯录) shows who holds which post."""

    _inherit = "hr.employee.public"

    school_posts = fields.Char("Posts", compute="_compute_school_posts")
    school_login = fields.Char(
        "Login",
        compute="_compute_school_login",
        groups="school_office_base.group_school_admin",
    )

    @api.depends("user_id")
    def _compute_school_posts(self):
        holders = self.env["school.post.holder"].search(
            [("user_id", "in", self.user_id.ids), ("is_current", "=", True)]
        )
        names = {}
        for holder in holders:
            key = (holder.user_id.id, holder.company_id.id)
            names.setdefault(key, []).append(holder.post_id.display_name)
        for person in self:
            found = names.get((person.user_id.id, person.company_id.id), ())
            person.school_posts = ", ".join(found)

    @api.depends("user_id")
    def _compute_school_login(self):
        for person in self:
            person.school_login = person.user_id.sudo().login

    def action_school_add(self):
        """Open the form that brings a person into the school."""
        self.env.company._check_school_admin()
        return self._school_person_action(
            self.env._("Add a Person"), "school.person.wizard", {}
        )

    def action_school_edit(self):
        """Open the form with what the administrator may change of a person."""
        self.ensure_one()
        wizard = self.env["school.person.wizard"]
        return self._school_person_action(
            self.name, wizard._name, {"default_employee_id": self.id}
        )

    def action_school_leave(self):
        """Open the check-list of somebody who leaves."""
        self.ensure_one()
        return self._school_person_action(
            self.env._("%(person)s Leaves", person=self.name),
            "school.person.leave",
            {"default_employee_id": self.id},
        )

    def _school_person_action(self, name, model, context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }
