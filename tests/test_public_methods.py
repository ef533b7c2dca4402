"""Every method of ours that a client can call, and who may call it.

In Odoo a method without an underscore is open to whoever can sign in, so a new one
stands in tests/callers.py of its addon before it passes, with the check that it makes
itself. Then each is called by a teacher, a portal user and the administrator of one
school on the records of the other: refused, and no row has changed.
"""

import inspect
from importlib import import_module
from pathlib import Path

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from schools_at_work import MARKER, SchoolsAtWork

ROOT = Path(__file__).resolve().parent.parent

# Access lists, record rules and the guards of school.record answer for these.
ORM = {"create", "write", "unlink", "copy_data", "default_get", "onchange"}


# Accepted on records of another school, because nothing comes of it but an action that
# opens a list or a dialog, where rights count again; or an answer about oneself.
HARMLESS = {
    ("school.approval.flow", "action_view_cases"),
    ("school.time.policy", "action_clocks"),
    ("school.delegation", "action_revoke"),
    ("school.register", "action_print"),
    ("school.register", "action_entries"),
    ("school.number.series", "action_gaps"),
    ("school.number.series", "action_numbers"),
    ("school.my.office", "get_overview"),
    ("hr.department", "action_school_people"),
    ("res.company", "cache_invalidation_fields"),
    ("school.approval.decide", "action_close"),
    # of the administrator's own school, whatever record they are called on
    ("school.settings", "action_open"),
    # answers with published articles of the caller's own school
    ("school.knowledge.article", "suggest"),
    ("school.directory.campaign", "action_start"),
    ("hr.employee.public", "action_school_add"),
    # message-handling of core, in the caller's name
    ("mail.thread", "message_parse"),
    ("mail.thread", "message_route"),
}
# Pages: models without records, whose methods answer the caller.
PAGES = ("school.my.office", "school.board", "school.desk.board")
CLASS_METHODS = {"message_parse", "message_route", "cache_invalidation_fields"}


def _may_call():
    """``{model: {method: who}}``; each addon says it in its tests/callers.py."""
    table = {}
    for path in sorted(ROOT.glob("addons/*/tests/callers.py")):
        module = import_module(f"odoo.addons.{path.parts[-3]}.tests.callers")
        for model, methods in module.MAY_CALL.items():
            table.setdefault(model, {}).update(methods)
    return table


@tagged("standard", "post_install", "-at_install")
class TestPublicMethods(SchoolsAtWork):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            login="portal_visitor",
            groups="base.group_portal",
            company_id=cls.school.id,
            company_ids=[(6, 0, cls.school.ids)],
        )

    def _ours(self, definition):
        return "school_office" in definition.__module__

    def _public_methods(self):
        """Return {(model that defines it, method): models that have it}."""
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            own = [c for c in type(model).__mro__ if self._ours(c)]
            names = {n for c in own for n in vars(c)} - model._fields.keys() - ORM
            for method in sorted(n for n in names if not n.startswith("_")):
                if not callable(getattr(type(model), method)):
                    continue
                try:
                    get_public_method(model, method)
                except AccessError:
                    continue
                definer = [c for c in own if method in vars(c)][-1]
                key = definer._name or definer._inherit
                if name.startswith("school.test."):
                    continue
                found.setdefault((key, method), []).append(name)
        return found

    def test_every_public_method_is_in_the_table(self):
        found = set(self._public_methods())
        listed = {(model, name) for model, rest in _may_call().items() for name in rest}
        self.assertEqual(
            found - listed, set(), "new: say in tests/callers.py who may call it"
        )
        self.assertEqual(listed - found, set(), "gone: take it out of the table")
        self.assertEqual(HARMLESS - listed, set())

    def _arguments(self, method, user):
        """Return a value for each argument without a default."""
        values = {
            "user_id": user.id,
            "user_ids": user.ids,
            "opinion": "x",
            "reason": "x",
            "how": "phone",
            "at": "2026-03-02 02:00:00",
            "purpose": "instruction",
            "msg_dict": {"message_id": "<x@example.com>", "subject": "x"},
        }
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return {
            p.name: values.get(p.name, "x")
            for p in parameters
            if p.name in values or p.default is p.empty
        }

    def _state_of_the_neighbour(self):
        """Return {table: digest of the rows of the neighbour school}."""
        self.env.flush_all()
        digests = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if (
                not name.startswith("school.")
                or model._abstract
                or model._transient
                or not model._auto
                or "company_id" not in model._fields
            ):
                continue
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"  # noqa: S608
                f' FROM "{model._table}" t WHERE company_id = %s',
                [self.other.id],
            )
            digests[name] = self.env.cr.fetchone()
        return digests

    def _targets(self, name):
        """Return a record of the neighbour, or the id of one that is not there."""
        model = self.env[name].sudo().with_context(active_test=False)
        if model._abstract:
            return model.browse()
        if name == "res.company":
            return self.other.sudo()
        if "company_id" in model._fields and model._fields["company_id"].store:
            found = model.search([("company_id", "=", self.other.id)], limit=3)
            if found:
                return found
        return model.browse(2**30)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_nobody_calls_one_on_the_neighbours_records(self):
        users = (self.teacher, self.portal, self.admin)
        before = self._state_of_the_neighbour()
        accepted, called = set(), 0
        for (definer, method), models in self._public_methods().items():
            if method in CLASS_METHODS:
                continue
            for name in models:
                if self.env[name]._abstract and name not in PAGES:
                    continue
                function = get_public_method(self.env[name], method)
                for user in users:
                    for target in self._targets(name) or [self.env[name]]:
                        record = target.with_env(self.env(user=user))
                        called += 1
                        try:
                            with self.env.cr.savepoint():
                                answer = function(
                                    record, **self._arguments(function, user)
                                )
                                self.env.flush_all()
                        except (UserError, DatabaseError, ValueError, KeyError):
                            self.env.invalidate_all()
                            continue
                        accepted.add((definer, method, user.login))
                        self.assertNotIn(MARKER, str(answer), (definer, method))
        unexpected = {entry for entry in accepted if entry[:2] not in HARMLESS}
        self.assertEqual(unexpected, set())
        self.assertGreater(called, 300)
        self.assertEqual(self._state_of_the_neighbour(), before)
