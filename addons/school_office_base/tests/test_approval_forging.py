from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .approval_common import ApprovalCommon

# AccessError is a UserError
REFUSED = UserError


@tagged("post_install", "-at_install")
class TestApprovalForging(ApprovalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flow = cls._flow(cls.anna, cls.bo)
        cls.request = cls._submit()

    def test_nobody_writes_cases_tasks_and_opinions(self):
        case = self._case(self.request)
        rows = (case, case.task_ids, case.opinion_ids)
        for user in (self.teacher, self.anna, self.admin, self.director):
            for row in rows:
                row = row.with_user(user)
                for name in ("create", "write", "unlink"):
                    self.assertFalse(row.browse().has_access(name), (row, name))
                with self.assertRaises(REFUSED):
                    row.write({"company_id": self.school.id})
                with self.assertRaises(REFUSED):
                    row.unlink()
                with self.assertRaises(REFUSED):
                    row.create(row.sudo().copy_data())

    def test_a_refused_transfer_names_no_case_of_another_school(self):
        task = self._case(self.request).task_ids[:1]
        with self.assertRaises(AccessError) as caught:
            task.with_user(self.stranger).action_transfer(self.teacher.id, "x")
        self.assertNotIn(self.request.name, str(caught.exception))

    def test_a_flow_keeps_its_matter(self):
        flow = self.flow.with_user(self.admin)
        for vals in ({"purpose": "loan"}, {"res_model": "res.partner"}):
            with self.assertRaises(AccessError):
                flow.write(vals)

    def test_the_administrator_of_the_instance_writes_none_either(self):
        operator = self.env.ref("base.user_admin")
        operator.company_ids |= self.school
        case = self._case(self.request).with_user(operator)
        for row in (case, case.sudo().task_ids, case.sudo().opinion_ids):
            row = row.with_user(operator)
            with self.assertRaises(REFUSED):
                row.write({"state": "approved", "event": "approve"})
            with self.assertRaises(REFUSED):
                row.unlink()

    def test_a_gated_state_is_refused_on_every_path(self):
        Request = self.env["school.test.request"].with_user(self.teacher)
        for create in (
            lambda: Request.create({"name": "x", "state": "done"}),
            lambda: Request.sudo().create({"name": "x", "state": "done"}),
            lambda: Request.with_context(default_state="done").create({"name": "x"}),
            lambda: self.request.copy({"state": "done"}),
        ):
            with self.assertRaises(REFUSED):
                create()
        imported = Request.load(["name", "state"], [["x", "Done"]])
        self.assertFalse(imported["ids"])
        self.assertIn("needs an approval", imported["messages"][0]["message"])
        for value in ("done", "closed"):
            with self.assertRaisesRegex(UserError, "needs an approval"):
                self.request.write({"state": value})
            with self.assertRaisesRegex(UserError, "needs an approval"):
                self.request.sudo().with_context(
                    approved=True, skip_approval=True, tier_validation=True
                ).write({"state": value})
        self.assertEqual(self.request.state, "draft")

    def test_an_approval_cannot_be_borrowed_from_another_record(self):
        self._approve(self.request, self.anna, self.bo)
        case = self._case(self.request)
        other = self._request()
        for forge in (
            lambda: other.write({"approval_case_id": case.id}),
            lambda: other.sudo().write({"approval_case_id": case.id}),
            lambda: other.create({"name": "x", "approval_case_id": case.id}),
        ):
            with self.assertRaises(AccessError):
                forge()
        smuggled = other.with_context(default_approval_case_id=case.id).create(
            {"name": "x"}
        )
        self.assertFalse(smuggled.approval_case_id)
        self.assertFalse(self.request.copy({"state": "draft"}).approval_case_id)

    def test_only_whose_turn_it_is_decides(self):
        task = self._task(self.request, self.anna)
        for user in (self.teacher, self.bo, self.chen, self.director, self.admin):
            for decide in (
                task.with_user(user).action_approve,
                lambda u=user: task.with_user(u).action_refuse("no"),
                lambda u=user: task.with_user(u).action_return("no"),
                lambda u=user: task.with_user(u).action_transfer(u.id),
                lambda u=user: task.with_user(u).action_add_signer(u.ids),
                lambda u=user: task.with_user(u).action_copy_to(u.ids),
            ):
                with self.assertRaises(REFUSED):
                    decide()
        self.assertEqual(task.sudo().state, "open")

    def test_nothing_is_decided_twice(self):
        task = self._task(self.request, self.anna)
        task.action_approve("yes")
        with self.assertRaisesRegex(UserError, "has been decided by anna"):
            task.action_refuse("no")
        self.assertEqual(task.sudo().decision, "approve")

    def test_a_task_of_an_earlier_round_decides_nothing(self):
        self._approve(self.request, self.anna)
        old = self._task(self.request, self.bo)
        old.action_return("again", to="s1")
        self._approve(self.request, self.anna)
        with self.assertRaises(UserError):
            old.action_approve("late")
        self.assertEqual(self._waiting(self.request), ["bo"])

    def test_a_dialog_decides_no_foreign_task(self):
        task = self._task(self.request, self.anna)
        Decide = self.env["school.approval.decide"]
        with self.assertRaises(REFUSED):
            Decide.with_user(self.chen).create(
                {"task_ids": task.ids, "decision": "approve"}
            ).action_apply()
        forged = Decide.create({"task_ids": task.ids, "decision": "approve"})
        self.env.cr.execute(
            "UPDATE school_approval_decide SET create_uid = %s", [self.chen.id]
        )
        forged.invalidate_recordset()
        with self.assertRaises(REFUSED):
            forged.with_user(self.chen).action_apply()
        self.assertEqual(task.sudo().state, "open")

    def test_the_submit_dialog_submits_only_what_the_caller_may_write(self):
        foreign = (
            self.env["school.test.request"]
            .sudo()
            .create({"name": "x", "company_id": self.other.id})
        )
        wizard = (
            self.env["school.approval.submit"]
            .with_user(self.teacher)
            .create(
                {"res_model": foreign._name, "res_id": foreign.id, "purpose": "use"}
            )
        )
        with self.assertRaises(REFUSED):
            wizard.action_submit()
        wizard.res_model = "res.users"
        self.assertFalse(wizard.action_submit())

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_goes_round_the_orm(self):
        self._approve(self.request, self.anna, self.bo)
        self.env.flush_all()
        case = self._case(self.request)
        for query in (
            "UPDATE school_approval_opinion SET text = 'better'",
            "DELETE FROM school_approval_opinion",
            "TRUNCATE school_approval_opinion CASCADE",
            "UPDATE school_approval_task SET decision = 'refuse'",
            "DELETE FROM school_approval_task",
            "UPDATE school_approval_case SET state = 'running'",
            "UPDATE school_approval_case SET content_hash = 'x'",
            "DELETE FROM school_approval_case",
            "UPDATE school_approval_version SET ask_once = NOT ask_once",
            "UPDATE school_approval_version SET state = 'draft'",
            "DELETE FROM school_approval_version",
            "UPDATE school_approval_node SET mode = 'any', key = 'x'",
            "DELETE FROM school_approval_node",
            "DELETE FROM school_approval_node_users_rel",
            f"UPDATE school_approval_node_users_rel SET user_id = {self.chen.id}",
            f"""INSERT INTO school_approval_node (version_id, company_id, key, name,
                    who, mode, limit_unit, on_timeout)
                VALUES ({case.version_id.id}, {self.school.id}, 'x', '{{}}', 'users',
                    'any', 'service_hour', 'remind')""",
        ):
            with (
                self.assertRaisesRegex(
                    DatabaseError, "cannot|stays|fixed|belongs|as it"
                ),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_the_other_school_sees_and_decides_nothing(self):
        case = self._case(self.request)
        for row in (
            case, case.task_ids, case.opinion_ids, self.flow, self.flow.version_id,
            self.flow.version_id.node_ids,
        ):  # fmt: skip
            seen = row.with_user(self.stranger)
            self.assertFalse(seen.search([("id", "in", row.ids)]))
            # A version of the stranger's own school may well bear the same name.
            found = {
                found_id for found_id, _name in seen.name_search(row[0].display_name)
            }
            self.assertTrue(found.isdisjoint(row.ids))
            with self.assertRaises(AccessError):
                seen.read(["display_name"])
        with self.assertRaises(AccessError):
            case.task_ids[:1].with_user(self.stranger).action_approve()
        with self.assertRaises(UserError):
            self._task(self.request, self.anna).action_transfer(self.stranger.id)

    def test_a_marked_case_is_seen_by_the_people_concerned_only(self):
        request = self._submit(is_marked=True)
        case = self._case(request)
        self.assertFalse(case.with_user(self.director).has_access("read"))
        self.assertTrue(case.with_user(self.anna).has_access("read"))
        self.assertTrue(
            self._case(self.request).with_user(self.director).has_access("read")
        )


@tagged("post_install", "-at_install")
class TestApprovalForgingOverHttp(HttpCase, ApprovalCommon):
    def test_a_teacher_forges_nothing_over_rpc(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        case = self._case(request)
        task = case.task_ids
        self.authenticate("teacher", "teacherx")
        attempts = [
            ("school.approval.case", "write", [case.ids, {"state": "approved"}]),
            ("school.approval.case", "unlink", [case.ids]),
            ("school.approval.case", "create", [{"res_model": "x", "res_id": 1}]),
            ("school.approval.task", "write", [task.ids, {"user_id": self.teacher.id}]),
            ("school.approval.task", "unlink", [task.ids]),
            ("school.approval.task", "action_approve", [task.ids, "me"]),
            ("school.approval.task", "action_transfer", [task.ids, self.teacher.id]),
            ("school.approval.opinion", "create", [{"case_id": case.id}]),
            ("school.approval.opinion", "write", [case.opinion_ids.ids, {"text": "x"}]),
            ("school.approval.version", "write", [case.version_id.ids, {"oral": True}]),
            ("school.approval.version", "action_publish", [case.version_id.ids]),
            ("school.approval.node", "create", [{"version_id": case.version_id.id}]),
            ("school.approval.flow", "write", [case.flow_id.ids, {"domain": "[]"}]),
            ("school.approval.case", "_void", [case.ids, "x"]),
            ("school.approval.case", "_grant", [case.ids, {}]),
            ("school.approval.task", "_decide", [task.ids, "approve", "x"]),
            ("school.test.request", "write", [request.ids, {"state": "done"}]),
            ("school.test.request", "create", [{"name": "x", "state": "done"}]),
            ("school.test.request", "_approval_granted", [request.ids, case.id]),
            ("school.test.request", "write", [request.ids, {"approval_case_id": 1}]),
            ("school.test.request", "write", [request.ids, {"name": "Other"}]),
        ]
        before = self._snapshot(request, case)
        for model, method, args in attempts:
            for context in ({}, {"su": True, "default_state": "done", "uid": 1}):
                with (
                    self.subTest(model=model, method=method),
                    mute_logger("odoo.http"),
                    self.assertRaises(Exception) as caught,
                ):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/{model}/{method}",
                        {
                            "model": model,
                            "method": method,
                            "args": args,
                            "kwargs": {"context": context},
                        },
                    )
                self.assertNotIsInstance(caught.exception, AssertionError)
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(request, case), before)

    def _snapshot(self, request, case):
        return (
            request.sudo().read(
                ["name", "state", "approval_state", "approval_case_id"]
            ),
            case.read(["state", "round", "move_count", "content_hash"]),
            case.task_ids.read(["state", "user_id", "decision"]),
            case.opinion_ids.read(["text", "event"]),
            case.version_id.read(["state", "oral"]),
        )
