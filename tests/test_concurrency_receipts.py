"""Many sign at once: real threads, committed transactions, one record."""

import threading
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.orm.model_classes import add_to_registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

import test_concurrency_approval as approval

MODEL = "school.test.crowd.letter"
CROWD = 12


class SchoolTestCrowdLetter(models.Model):
    _module = None
    _name = MODEL
    _inherit = ["school.record", "school.receipt.mixin"]
    _description = "Letter that exists in tests of concurrency"

    name = fields.Char()
    times_done = fields.Integer()

    def _receipt_all_done(self):
        for letter in self:
            letter.times_done += 1


@tagged("standard", "post_install", "-at_install")
class TestConcurrentSigning(BaseCase):
    """The rows are real; ``_clean_up`` removes them as the owner of the database."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        add_to_registry(self.registry, SchoolTestCrowdLetter)
        with self.registry.cursor() as cr:
            self.registry._setup_models__(cr, [MODEL])
            self.registry.init_models(cr, [MODEL], {"models_to_check": True})
        self.addCleanup(self._clean_up)
        with self._env() as env:
            school = env["res.company"].create(
                {
                    "name": f"Busy School {uuid.uuid4()}",
                    "is_school": True,
                    "school_code": "BUSYSIGN",
                }
            )
            self.school_id = school.id
            school._school_set_up()
            users = env["res.users"].union(
                *(
                    new_test_user(
                        env,
                        f"busy_signer_{number}",
                        "base.group_user",
                        company_id=school.id,
                        company_ids=[Command.set(school.ids)],
                    )
                    for number in range(CROWD)
                )
            )
            self.user_ids = users.ids
            department = env["hr.department"].create(
                {
                    "name": "Busy Department",
                    "company_id": school.id,
                    "receiver_ids": [Command.set(users.ids)],
                }
            )
            self.department_id = department.id
            letter = env[MODEL].create({"name": "Letter", "company_id": school.id})
            self.letter_id = letter.id
            receipts = letter._receipt_send(users)
            self.receipts = {receipt.user_id.id: receipt.id for receipt in receipts}
            shared = env[MODEL].create({"name": "Shared", "company_id": school.id})
            self.shared_id = shared._receipt_send(department).id

    def _env(self, user_id=api.SUPERUSER_ID):
        return approval._Transaction(self.registry, user_id)

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
            env["hr.department"].browse(self.department_id).sudo().unlink()
            env["res.users"].browse(self.user_ids).exists().unlink()
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

    def _sign(self, user_id, receipt_id):
        """Sign as a request of the web client does, with its tries."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})

            def call():
                return env["school.receipt"].browse(receipt_id).action_sign()

            return retrying(call, env)

    def _all_at_once(self, pairs):
        barrier = threading.Barrier(len(pairs))
        errors = []

        def run(user_id, receipt_id):
            barrier.wait()
            try:
                self._sign(user_id, receipt_id)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return errors

    def test_a_crowd_signs_for_one_letter_and_every_signature_counts(self):
        self.assertEqual(self._all_at_once(list(self.receipts.items())), [])
        with self._env() as env:
            receipts = env["school.receipt"].browse(self.receipts.values())
            self.assertEqual(set(receipts.mapped("state")), {"signed"})
            # What found the letter busy is caught up by the scheduled action.
            env["school.receipt"]._cron_settle()
        with self._env() as env:
            letter = env[MODEL].browse(self.letter_id)
            self.assertEqual(
                (letter.receipt_total, letter.receipt_done, letter.receipt_open),
                (CROWD, CROWD, 0),
            )
            self.assertEqual(letter.times_done, 1)

    def test_two_receivers_of_a_department_sign_only_once(self):
        pairs = [(user_id, self.shared_id) for user_id in self.user_ids[:2]]
        errors = self._all_at_once(pairs)
        self.assertEqual([type(error) for error in errors], [UserError])
        self.assertIn("already signed for", str(errors[0]))
        with self._env() as env:
            receipt = env["school.receipt"].browse(self.shared_id)
            signed = receipt.log_ids.filtered(lambda line: line.event == "signed")
            self.assertEqual(len(signed), 1)
            self.assertEqual(signed.author_id, receipt.signed_by_id)
