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
from odoo.tools import SQL

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
        self.school_ids = []
        self.user_ids = []
        if self.definition:
            add_model(self.registry, self.definition)
        self.addCleanup(self._clean_up)
        with self._env() as env:
            self._open_schools(env)

    @property
    def school_id(self):
        return self.school_ids[0]

    def _open_schools(self, env):
        """The schools of the test; one is enough for most."""
        self._open_school(env, self.school_code)

    def _open_school(self, env, code, **vals):
        school = env["res.company"].create(
            {
                "name": f"{code} School {uuid.uuid4()}",
                "is_school": True,
                "school_code": code,
                **vals,
            }
        )
        self.school_ids.append(school.id)
        school._school_set_up()
        return school

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
                    f"DELETE FROM {table} WHERE company_id = ANY(%s)",
                    [self.school_ids],
                )
            for name, field in self.registry["res.company"]._fields.items():
                if (
                    field.type == "many2one"
                    and field.store
                    and field.comodel_name.startswith("school.")
                ):
                    cr.execute(
                        f"UPDATE res_company SET {name} = NULL WHERE id = ANY(%s)",
                        [self.school_ids],
                    )
        with self._env() as env:
            self._remove_orphans(env)
            self._remove_rest(env)
            if self.definition:
                self._remove_rows_of_model(env)
            env["res.users"].browse(self.user_ids).exists().unlink()
            # The company stays, archived: much of Odoo points to it.
            env["res.company"].browse(self.school_ids).exists().write(
                {"is_school": False, "school_code": False, "active": False}
            )
        if self.definition:
            self._forget_model()

    def _remove_orphans(self, env):
        """What hung on the rows that are gone: links, messages and files."""
        cr = env.cr
        for name, model in env.registry.items():
            if not name.startswith("school.") or not model._auto or model._abstract:
                continue
            keys = [
                (field.relation, field.column1, SQL("TRUE"))
                for field in model._fields.values()
                if field.type == "many2many" and field.store
            ]
            keys += [
                ("mail_message", "res_id", SQL("model = %s AND res_id > 0", name)),
                ("ir_attachment", "res_id", SQL("res_model = %s AND res_id > 0", name)),
            ]
            for table, column, condition in keys:
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s AND %s NOT IN (SELECT id FROM %s)",
                        SQL.identifier(table),
                        condition,
                        SQL.identifier(column),
                        SQL.identifier(model._table),
                    )
                )
        env.invalidate_all()

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


class CommittedMailCase(CommittedCase):
    """Schools whose mailboxes are in a domain of the test's own."""

    school_count = 1

    def _open_schools(self, env):
        self.domain = f"mail{uuid.uuid4().hex[:12]}.example.com"
        self.domain_id = env["mail.alias.domain"].create({"name": self.domain}).id
        for number in range(1, self.school_count + 1):
            self._open_school(
                env, f"{self.school_code}{number}", alias_domain_id=self.domain_id
            )

    def _remove_rest(self, env):
        super()._remove_rest(env)
        outgoing = env["mail.mail"].search([("email_from", "like", self.domain)])
        outgoing.mail_message_id.unlink()
        env["maintenance.team"].search([("company_id", "in", self.school_ids)]).unlink()
        schools = env["res.company"].browse(self.school_ids)
        names = [
            name
            for name, field in schools._fields.items()
            if field.comodel_name == "mail.alias" and field.store
        ]
        mailboxes = env["mail.alias"].union(*(schools[name] for name in names))
        schools.write(dict.fromkeys([*names, "alias_domain_id"], False))
        mailboxes.unlink()
        # The first domain of an instance is given to all that has none.
        domain = env["mail.alias.domain"].browse(self.domain_id)
        for model in ("mail.alias", "res.company"):
            env[model].search(
                [("alias_domain_id", "=", domain.id)]
            ).alias_domain_id = False
        domain.unlink()
