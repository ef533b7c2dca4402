"""Approvals with real threads, committed transactions and a worker that is killed."""

import os
import signal
import subprocess
import sys
import threading

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged
from odoo.tools import config

from committed import CommittedCase, add_model

MODEL = "school.test.crowd.request"
IN_HOOK = "IN HOOK"
WORKER = """
import sys
folder, addons, task, user, dbname = sys.argv[1:]
sys.path.insert(0, folder)
from odoo.tools import config
config.parse_config(["--addons-path", addons, "-d", dbname])
import test_concurrency_approval
test_concurrency_approval.decide_and_hang(int(task), int(user), dbname)
"""


class SchoolTestCrowdRequest(models.Model):
    _module = None
    _name = MODEL
    _inherit = ["school.record", "school.approval.mixin"]
    _description = "Request that exists in tests of concurrency"

    _approval_purposes = {"use": "Use"}
    _approval_gates = {"use": {"state": {"done"}}}
    _approval_protected_fields = frozenset({"name"})

    # What a test wants to happen in the middle of a decision.
    in_hook = staticmethod(lambda: None)

    name = fields.Char()
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft")

    def _approval_granted(self, case):
        self.state = "done"
        self.env.flush_all()
        type(self).in_hook()


def decide_and_hang(task_id, user_id, dbname):
    """Body of the worker that is killed: stops inside the transaction."""
    registry = Registry(dbname)
    add_model(registry, SchoolTestCrowdRequest)

    def hang():
        sys.stdout.write(f"{IN_HOOK}\n")
        sys.stdout.flush()
        sys.stdin.read()

    registry[MODEL].in_hook = staticmethod(hang)
    with registry.cursor() as cr:
        env = api.Environment(cr, user_id, {})
        env["school.approval.task"].browse(task_id).action_approve("half")


@tagged("standard", "post_install", "-at_install")
class TestConcurrentApproval(CommittedCase):
    school_code = "BUSY"
    definition = SchoolTestCrowdRequest

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            self.asker, self.anna, self.bo = (
                self._person(env, login).id
                for login in ("busy_asker", "busy_anna", "busy_bo")
            )
            env["ir.model.access"].create(
                {
                    "name": MODEL,
                    "model_id": env["ir.model"]._get_id(MODEL),
                    "group_id": env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                }
            )
            env["school.approval.flow"]._ensure(
                school,
                MODEL,
                "use",
                "Use",
                [
                    {
                        "key": "one",
                        "name": "One",
                        "who": "users",
                        "user_ids": [self.anna, self.bo],
                    }
                ],
            )
        with self._env(self.asker) as env:
            request = env[MODEL].create({"name": "Hall"})
            request._approval_submit("use")
            self.request_id = request.id
            tasks = request.sudo().approval_case_id.task_ids
            self.tasks = {task.user_id.id: task.id for task in tasks}

    def _remove_rest(self, env):
        env["ir.model.access"].search([("name", "=", MODEL)]).unlink()

    def _decide(self, user_id, decision="approve"):
        def work(env):
            task = env["school.approval.task"].browse(self.tasks[user_id])
            return getattr(task, f"action_{decision}")("mine")

        return self._request(user_id, work)

    def _state(self):
        with self._env() as env:
            request = env[MODEL].browse(self.request_id)
            case = request.approval_case_id
            entries = env["school.register.entry"].search(
                [
                    ("company_id", "=", self.school_id),
                    ("register_code", "=", "approval"),
                ]
            )
            return {
                "request": request.state,
                "case": case.state,
                "tasks": sorted(case.task_ids.mapped(lambda t: (t.state, t.decision))),
                "opinions": case.opinion_ids.mapped("event"),
                "register": entries.sorted("id").mapped("event"),
            }

    def _assert_decided_once(self):
        self.assertEqual(
            self._state(),
            {
                "request": "done",
                "case": "approved",
                "tasks": [("cancelled", False), ("done", "approve")],
                "opinions": ["submit", "approve"],
                "register": ["submit", "approve", "granted"],
            },
        )

    def test_while_one_decides_the_other_is_told_so_and_finds_it_decided(self):
        entered, leave = threading.Event(), threading.Event()

        def wait():
            entered.set()
            leave.wait(30)

        self.registry[MODEL].in_hook = staticmethod(wait)
        first = threading.Thread(target=self._decide, args=(self.anna,))
        first.start()
        self.addCleanup(first.join, 30)
        self.addCleanup(leave.set)
        self.assertTrue(entered.wait(30))
        with self.assertRaisesRegex(UserError, "deciding this right now"):
            self._decide(self.bo)
        leave.set()
        first.join(30)
        with self.assertRaisesRegex(UserError, "no longer needs this decision"):
            self._decide(self.bo)
        self._assert_decided_once()

    def test_of_two_who_decide_at_once_one_succeeds(self):
        results, errors = self._crowd(
            [lambda user_id=user_id: self._decide(user_id) for user_id in self.tasks]
        )
        self.assertEqual((len(results), len(errors)), (1, 1))
        self.assertIsInstance(errors[0], UserError)
        self._assert_decided_once()

    def test_a_worker_killed_in_the_middle_leaves_no_half_decision(self):
        before = self._state()
        worker = subprocess.Popen(
            [
                sys.executable,
                "-c",
                WORKER,
                os.path.dirname(__file__),
                ",".join(config["addons_path"]),
                str(self.tasks[self.anna]),
                str(self.anna),
                get_db_name(),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(worker.communicate)
        self.addCleanup(worker.kill)
        line = worker.stdout.readline()
        self.assertEqual(line.strip(), IN_HOOK, line or worker.stderr.read())
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
        with self.registry.cursor() as cr:
            # PostgreSQL gives the row back when it notices that the client is gone.
            cr.execute(
                "SELECT id FROM school_approval_case WHERE res_model = %s FOR UPDATE",
                [MODEL],
            )
        self.assertEqual(self._state(), before)
        self._decide(self.bo)
        self._assert_decided_once()
