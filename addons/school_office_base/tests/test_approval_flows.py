from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalFlows(ApprovalCommon):
    def test_a_published_version_is_fixed_also_for_the_superuser(self):
        flow = self._flow(self.anna)
        version = flow.version_id
        for change in (
            lambda: version.write({"ask_once": False}),
            lambda: version.write({"state": "draft"}),
            lambda: version.node_ids.write({"name": "x"}),
            lambda: version.node_ids.unlink(),
            lambda: version.write({"node_ids": [(0, 0, {"name": "x"})]}),
            lambda: version.node_ids.write({"user_ids": [(4, self.bo.id)]}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_a_running_case_keeps_its_version(self):
        flow = self._flow(self.anna, self.bo).with_user(self.admin)
        running = self._submit()
        flow.action_edit()
        draft = flow.draft_id
        draft.node_ids[1].user_ids = self.chen
        draft.action_publish()
        self.assertEqual((draft.state, flow.version_id), ("published", draft))
        new = self._submit()
        self._approve(running, self.anna)
        self._approve(new, self.anna)
        self.assertEqual(
            (self._waiting(running), self._waiting(new)), (["bo"], ["chen"])
        )

    def test_a_four_eyes_step_cannot_be_removed_or_weakened(self):
        people = (self.anna | self.bo | self.chen).ids
        flow = self._flow(
            self.director,
            {
                "who": "users", "user_ids": people, "mode": "count",
                "required_count": 2, "four_eyes": True,
            },
        ).with_user(self.admin)  # fmt: skip
        flow.action_edit()
        draft = flow.draft_id
        supervised = draft.node_ids[1]
        for weaken in (
            {"four_eyes": False},
            {"required_count": 1},
            {"mode": "any"},
            {"domain": "[('amount', '>', 100)]"},
        ):
            with (
                self.assertRaisesRegex(UserError, "four-eyes"),
                self.env.cr.savepoint(),
            ):
                supervised.write(weaken)
                draft.action_publish()
        with self.assertRaisesRegex(UserError, "four-eyes"), self.env.cr.savepoint():
            supervised.unlink()
            draft.action_publish()
        supervised.write({"required_count": 3})
        draft.node_ids[0].unlink()
        draft.action_publish()
        self.assertEqual(flow.version_id, draft)

    def test_another_flow_does_not_get_round_a_four_eyes_step(self):
        self._flow(
            {"who": "users", "user_ids": self.anna.ids, "four_eyes": True}, sequence=50
        )
        other = (
            self.env["school.approval.flow"]
            .with_user(self.admin)
            .create(
                {
                    "name": "Short cut",
                    "subject": "school.test.request:use",
                    "sequence": 1,
                }
            )
        )
        other.draft_id.node_ids = [
            (0, 0, {"name": "Me", "who": "users", "user_ids": self.bo.ids})
        ]
        other.draft_id.action_publish()
        with self.assertRaisesRegex(UserError, "two pairs of eyes"):
            self._submit()

    def test_a_four_eyes_step_wants_another_person(self):
        self._flow(
            {"who": "users", "user_ids": (self.anna | self.bo).ids},
            {
                "who": "users",
                "user_ids": (self.anna | self.chen).ids,
                "four_eyes": True,
            },
        )
        request = self._submit()
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["chen"])
        with self.assertRaisesRegex(UserError, "second pair of eyes"):
            self._task(request, self.chen).action_transfer(self.anna.id)

    def test_the_school_administrator_has_no_settings_right_and_edits_his_flows(self):
        self.assertFalse(self.admin.has_group("base.group_system"))
        flow = self._flow(self.anna).with_user(self.admin)
        flow.action_edit()
        wizard = (
            self.env["school.approval.publish"]
            .with_user(self.admin)
            .browse(flow.draft_id.action_preview_publish()["res_id"])
        )
        self.assertEqual(wizard.steps[0]["people"][0]["name"], self.anna.name)
        wizard.action_publish()
        self.assertEqual(flow.version_id.number, 2)

    def test_a_teacher_edits_no_flow(self):
        flow = self._flow(self.anna)
        with self.assertRaises(AccessError):
            flow.with_user(self.teacher).action_edit()
        flow.action_edit()
        with self.assertRaises(AccessError):
            flow.draft_id.with_user(self.teacher).action_publish()

    def test_conditions_are_literals_over_fields_of_the_record(self):
        flow = self._flow(self.anna)
        for bad, sentence in (
            ("__import__('os').system('true')", "cannot be read"),
            ("[('nothing', '=', 1)]", "cannot be used"),
            ("[('create_uid.totp_secret', '=like', 'a%')]", "cannot be used"),
            ("[('name', 'any', [])]", "cannot be used"),
            ("[('amount', '>', uid)]", "cannot be read"),
            ("[['&']]", "cannot be read"),
        ):
            with self.assertRaisesRegex(ValidationError, sentence):
                flow.domain = bad
        flow.domain = "['|', ('amount', '>', 5), ('department_id.name', 'ilike', 'a')]"

    def test_setting_up_again_changes_nothing_the_school_has_changed(self):
        flow = self._flow(self.anna)
        self.assertEqual(self._flow(self.anna), flow)
        self.assertEqual(flow.version_id.number, 1)
        self._flow(self.bo)
        self.assertEqual(flow.version_id.node_ids.user_ids, self.bo)
        flow.with_user(self.admin).action_edit()
        flow.draft_id.with_user(self.admin).action_publish()
        self._flow(self.chen)
        self.assertEqual(flow.version_id.node_ids.user_ids, self.bo)

    def test_the_preview_says_who_will_sign_and_what_stands_in_the_way(self):
        self._flow(
            {"who": "supervisor"},
            {"who": "users", "user_ids": self.bo.ids, "domain": [("amount", ">", 5)]},
            {"post": "storekeeper", "fallback": None},
        )
        department = self.env["hr.department"].create(
            {"name": "Sports", "company_id": self.school.id}
        )
        request = self._request(department_id=department.id)
        preview = request._approval_preview("use")[0]
        first, second, third = preview["steps"]
        self.assertEqual([p["id"] for p in first["people"]], self.director.ids)
        self.assertIn("No supervising leader is named for Sports", first["note"])
        self.assertFalse(second["applies"])
        self.assertIn("Storekeeper", third["problem"])
        self.assertEqual(preview["problems"], [third["problem"]])
        action = request.action_approval_preview()
        self.assertEqual(action["res_model"], "school.approval.submit")

    def test_a_draft_can_be_thrown_away_a_published_version_cannot(self):
        flow = self._flow(self.anna).with_user(self.admin)
        flow.action_edit()
        flow.draft_id.action_discard()
        self.assertFalse(flow.draft_id)
        with self.assertRaises(UserError):
            flow.unlink()
        with self.assertRaises(UserError):
            flow.version_id.unlink()
