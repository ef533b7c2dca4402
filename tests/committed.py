"""Tests with real threads: rows that are committed, and removed again.

Odoo's test cases roll back one transaction, in which nobody else can be met. Here each
``_env()`` is a transaction of its own that commits, at a school that exists for the
test alone; ``_clean_up`` removes its rows as only the owner of the database can.
"""

import threading
import uuid

from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.orm.model_classes import add_to_registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user

TABLES = r"""SELECT relname
               FROM pg_class
               JOIN pg_attribute ON attrelid = pg_class.oid
              WHERE relkind = 'r' AND attname = 'company_id'
                AND relname LIKE 'school\_%'"""


def add_model(registry, definition):
    """Give this process's registry a model, and the database its table."""
    add_to_registry(registry, definition)
    with registry.cursor() as cr:
        registry._setup_models__(cr, [definition._name])
        registry.init_models(cr, [definition._name], {"models_to_check": True})


class Transaction:
    """A transaction of its own that commits, or rolls back on an error."""

    def __init__(self, registry, user_id):
        self.cr = registry.cursor()
        self.user_id = user_id

    def __enter__(self):
        return api.Environment(self.cr, self.user_id, {})

    def __exit__(self, *error):
        return self.cr.__exit__(*error)


class CommittedCase(BaseCase):
    school_code = None
    # A model class with ``_module = None`` that exists for this case only.
    definition = None

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.school_id = None
        self.user_ids = []
        if self.definition:
            add_model(self.registry, self.definition)
        self.addCleanup(self._clean_up)
        with self._env() as env:
            school = env["res.company"].create(
                {
                    "name": f"{self.school_code} School {uuid.uuid4()}",
                    "is_school": True,
                    "school_code": self.school_code,
                }
            )
            self.school_id = school.id
            school._school_set_up()

    def _env(self, user_id=api.SUPERUSER_ID):
        return Transaction(self.registry, user_id)

    def _person(self, env, login):
        """An employee of the school, removed with it."""
        user = new_test_user(
            env,
            login,
            "base.group_user",
            company_id=self.school_id,
            company_ids=[Command.set([self.school_id])],
        )
        self.user_ids.append(user.id)
        return user

    def _request(self, user_id, work):
        """Do ``work(env)`` as a request of the web client does, with its tries."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})
            return retrying(lambda: work(env), env)

    def _crowd(self, jobs):
        """Run the jobs in threads that start together; return results and errors."""
        barrier = threading.Barrier(len(jobs))
        results, errors = [], []

        def run(job):
            barrier.wait(30)
            try:
                results.append(job())
            except Exception as error:  # noqa: BLE001 (told to the test's own thread)
                errors.append(error)

        threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return results, errors

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            cr.execute(TABLES)
            for (table,) in cr.fetchall():
                cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [self.school_id]
                )
        with self._env() as env:
            self._remove_rest(env)
            if self.definition:
                self._remove_rows_of_model(env)
            env["res.users"].browse(self.user_ids).exists().unlink()
            # The company stays, archived: much of Odoo points to it.
            env["res.company"].browse(self.school_id).exists().write(
                {"is_school": False, "school_code": False, "active": False}
            )
        if self.definition:
            self._forget_model()

    def _remove_rest(self, env):
        """What a test made besides rows of the suite and users."""

    def _remove_rows_of_model(self, env):
        name = self.definition._name
        # Odoo refuses to remove a model of an installed addon; this one is of none.
        env.cr.execute(
            """DELETE FROM ir_model_data
                WHERE (model = 'ir.model.fields' AND res_id IN
                        (SELECT id FROM ir_model_fields WHERE model = %s))
                   OR (model = 'ir.model' AND res_id IN
                        (SELECT id FROM ir_model WHERE model = %s))""",
            [name, name],
        )
        env.cr.execute("DELETE FROM ir_model WHERE model = %s", [name])
        env.cr.execute(f"DROP TABLE IF EXISTS {name.replace('.', '_')}")
        env.invalidate_all()

    def _forget_model(self):
        name = self.definition._name
        for parent in self.registry[name]._inherit_module:
            self.registry[parent]._inherit_children.discard(name)
        del self.registry.models[name]
        with self.registry.cursor() as cr:
            self.registry._setup_models__(cr, [])
