"""Approvals with real threads, committed transactions and a worker that is killed."""

import os
import signal
import subprocess
import sys
import threading
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.orm.model_classes import add_to_registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import config

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


def add_model(registry):
    """Give this process's registry the model, and the database its table."""
    add_to_registry(registry, SchoolTestCrowdRequest)
    with registry.cursor() as cr:
        registry._setup_models__(cr, [MODEL])
        registry.init_models(cr, [MODEL], {"models_to_check": True})


def decide_and_hang(task_id, user_id, dbname):
    """Body of the worker that is killed: stops inside the transaction."""
    registry = Registry(dbname)
    add_model(registry)

    def hang():
        sys.stdout.write(f"{IN_HOOK}\n")
        sys.stdout.flush()
        sys.stdin.read()

    registry[MODEL].in_hook = staticmethod(hang)
    with registry.cursor() as cr:
        env = api.Environment(cr, user_id, {})
        env["school.approval.task"].browse(task_id).action_approve("half")


@tagged("standard", "post_install", "-at_install")
class TestConcurrentApproval(BaseCase):
    """The rows are real; ``_clean_up`` removes them as the owner of the database."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        add_model(self.registry)
        self.addCleanup(self._clean_up)
        name = f"Busy School {uuid.uuid4()}"
        with self._env() as env:
            school = env["res.company"].create(
                {"name": name, "is_school": True, "school_code": "BUSY"}
            )
            self.school_id = school.id
            school._school_set_up()
            users = [
                new_test_user(
                    env,
                    login,
                    "base.group_user",
                    company_id=school.id,
                    company_ids=[Command.set(school.ids)],
                )
                for login in ("busy_asker", "busy_anna", "busy_bo")
            ]
            self.asker, self.anna, self.bo = (user.id for user in users)
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

    def _env(self, user_id=api.SUPERUSER_ID):
        return _Transaction(self.registry, user_id)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            cr.execute(
                r"""SELECT relname
                      FROM pg_class
                      JOIN pg_attribute ON attrelid = pg_class.oid
                     WHERE relkind = 'r' AND attname = 'company_id'
                       AND relname LIKE 'school\_%'"""
            )
            for (table,) in cr.fetchall():
                cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [self.school_id]
                )
        with self._env() as env:
            env["ir.model.access"].search([("name", "=", MODEL)]).unlink()
            # Odoo refuses to remove a model of an installed addon; this one is of none.
            env.cr.execute(
                """DELETE FROM ir_model_data
                    WHERE (model = 'ir.model.fields' AND res_id IN
                            (SELECT id FROM ir_model_fields WHERE model = %s))
                       OR (model = 'ir.model' AND res_id IN
                            (SELECT id FROM ir_model WHERE model = %s))""",
                [MODEL, MODEL],
            )
            env.cr.execute("DELETE FROM ir_model WHERE model = %s", [MODEL])
            env.invalidate_all()
            users = env["res.users"].browse([self.asker, self.anna, self.bo])
            users.exists().unlink()
            env["res.company"].browse(self.school_id).write(
                {"is_school": False, "school_code": False, "active": False}
            )
            env.cr.execute(f"DROP TABLE IF EXISTS {MODEL.replace('.', '_')}")
        model = self.registry[MODEL]
        for parent in model._inherit_module:
            self.registry[parent]._inherit_children.discard(MODEL)
        del self.registry.models[MODEL]
        with self.registry.cursor() as cr:
            self.registry._setup_models__(cr, [])

    def _decide(self, user_id, decision="approve"):
        """Decide as a request of the web client does, with its tries."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})

            def call():
                task = env["school.approval.task"].browse(self.tasks[user_id])
                return getattr(task, f"action_{decision}")("mine")

            return retrying(call, env)

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
        barrier = threading.Barrier(2)
        results, errors = [], []

        def run(user_id):
            barrier.wait()
            try:
                results.append(self._decide(user_id))
            except UserError as error:
                errors.append(error)

        threads = [
            threading.Thread(target=run, args=(user_id,))
            for user_id in (self.anna, self.bo)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual((len(results), len(errors)), (1, 1))
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


class _Transaction:
    """A transaction of its own that commits, or rolls back on an error."""

    def __init__(self, registry, user_id):
        self.cr = registry.cursor()
        self.user_id = user_id

    def __enter__(self):
        return api.Environment(self.cr, self.user_id, {})

    def __exit__(self, *error):
        return self.cr.__exit__(*error)
