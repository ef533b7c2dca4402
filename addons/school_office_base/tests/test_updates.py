import base64
import importlib.util
import io
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import file_open, mute_logger

from .common import SchoolCommon

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(cr, script):
    """Run a script of an update as Odoo does."""
    path = MIGRATIONS / script
    spec = importlib.util.spec_from_file_location("migration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.migrate(cr, "19.0.1.0.0")


def picture(colour):
    """A logo somebody chose."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 20), colour).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


@tagged("-at_install", "post_install")
class TestUpdates(SchoolCommon):
    """What a new version brings reaches schools that exist."""

    def _post(self, school):
        return self.env["school.post"]._find(school, "duty")

    def _without_the_post(self):
        posts = self._post(self.school) | self._post(self.other)
        posts.is_standard = False
        posts.code = "of_an_older_version"
        self.assertFalse(self._post(self.school) | self._post(self.other))
        self.other._school_close("Merged")

    def _update(self, *modules):
        with patch.object(self.env.registry, "updated_modules", list(modules)):
            self.env["res.company"]._register_hook()

    def test_an_update_of_any_addon_sets_up_the_schools_again(self):
        self._without_the_post()
        self._update("hr_holidays")
        self.assertFalse(self._post(self.school))
        self._update("hr_holidays", "school_office_base")
        self.assertTrue(self._post(self.school))

    def test_a_closed_school_hinders_no_update_and_catches_up_when_reopened(self):
        self._without_the_post()
        self._update("school_office_base")
        self.assertFalse(self._post(self.other))
        self.other._school_reopen("Mistake")
        self.assertTrue(self._post(self.other))

    def test_setting_up_again_changes_nothing_of_a_school_that_has_all(self):
        self.env.flush_all()
        counted = {
            name: self.env[name].sudo().with_context(active_test=False).search_count([])
            for name in self.env.registry
            if name.startswith("school.")
            and not (self.env[name]._abstract or self.env[name]._transient)
        }
        self._update("school_office_base")
        for name, before in counted.items():
            after = self.env[name].sudo().with_context(active_test=False)
            self.assertEqual(after.search_count([]), before, name)

    def _ship_other_steps(self, flow):
        step = {"key": "one", "name": "One Step", "who": "post", "post": "director"}
        flow._ensure(
            self.school,
            flow.res_model,
            flow.purpose,
            "Revision",
            [step],
            code=flow.shipped_code,
        )
        return flow.version_id.node_ids.mapped("name")

    def test_new_steps_of_a_flow_wait_while_the_school_is_changing_it(self):
        flow = self.env["school.approval.flow"].search(
            [
                ("company_id", "=", self.school.id),
                ("res_model", "=", "school.procedure.version"),
            ]
        )
        before = flow.version_id.node_ids.mapped("name")
        flow.with_user(self.admin).action_edit()
        draft = flow.draft_id
        self.assertEqual(self._ship_other_steps(flow), before)
        self.assertEqual(draft.node_ids.mapped("name"), before)
        draft.sudo().unlink()
        self.assertEqual(self._ship_other_steps(flow), ["One Step"])

    def test_record_rules_of_older_databases_follow_the_code(self):
        rules = self.env["ir.model.data"].search(
            [("module", "=", "school_office_base"), ("model", "=", "ir.rule")]
        )
        self.assertTrue(rules)
        rules.noupdate = True
        self.env.flush_all()
        migrate(self.env.cr, "19.0.1.1.0/pre-rules.py")
        rules.invalidate_recordset()
        self.assertFalse(any(rules.mapped("noupdate")))


@tagged("-at_install", "post_install")
class TestLogo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open("base/static/img/res_company_logo.png", "rb") as file:
            cls.placeholder = base64.b64encode(file.read())
        cls.company = cls.env["res.company"].create({"name": "Hill School"})

    def test_a_new_school_has_the_mark_of_the_suite_and_no_logo_of_its_own(self):
        self.assertEqual(self.company.logo, self.company._get_logo())
        self.assertNotEqual(self.company.logo, self.placeholder)
        self.assertTrue(self.company.uses_default_logo)
        self.company.logo = picture("red")
        self.assertFalse(self.company.uses_default_logo)

    def test_an_update_replaces_placeholders_and_no_chosen_logo(self):
        chosen = picture("red")
        self.company.logo = self.placeholder
        other = self.env["res.company"].create({"name": "Lake", "logo": chosen})
        without = self.env["res.company"].create({"name": "Sea"})
        without.logo = False
        self.assertTrue(self.company.uses_default_logo)
        self.env.flush_all()
        migrate(self.env.cr, "19.0.1.1.0/post-logo.py")
        self.env.invalidate_all()
        self.assertEqual(self.company.logo, self.company._get_logo())
        self.assertEqual(other.logo, chosen)
        self.assertFalse(without.logo)


@tagged("-at_install", "post_install")
class TestLoginPage(HttpCase):
    def test_the_login_page_names_the_suite_until_a_logo_is_chosen(self):
        self.assertIn("School Office</div>", self.url_open("/web/login").text)
        root = self.env.ref("base.user_root")
        root.company_id.logo = picture("red")
        self.env.flush_all()
        self.assertNotIn("School Office</div>", self.url_open("/web/login").text)

    @mute_logger("odoo.http")
    def test_strangers_open_no_account_for_themselves(self):
        self.assertNotIn("/web/signup", self.url_open("/web/login").text)
        self.assertEqual(self.url_open("/web/signup").status_code, 404)
