import csv
import hashlib
import io
import json
import logging
import time
import zipfile

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models import company_export
from .common import SchoolCommon

_logger = logging.getLogger(__name__)


@tagged("-at_install", "post_install")
class TestOpening(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env, login="operator", groups="base.group_user,base.group_system"
        )
        cls.Company = cls.env["res.company"].with_user(cls.operator)

    def _vals(self, **vals):
        return {
            "name": "Third School",
            "school_code": "THIRD",
            "departments": ["office", "teaching", "Drama Club"],
            "people": [
                {
                    "role": "principal",
                    "name": "Principal P",
                    "login": "p@third.example.com",
                    "email": "p@third.example.com",
                    "password": "a-good-secret",
                },
                {
                    "role": "director",
                    "name": "Director D",
                    "login": "third.d",
                    "password": "a-good-secret",
                },
                {
                    "role": "administrator",
                    "name": "Admin A",
                    "login": "third.a",
                    "email": "a@third.example.com",
                },
            ],
            **vals,
        }

    def test_a_third_school_works_at_once_on_a_running_instance(self):
        start = time.perf_counter()
        school = self.Company._school_open(self._vals())
        self.env.flush_all()
        _logger.info("school opened in %.2f s", time.perf_counter() - start)
        users = {
            login: self.env["res.users"].search([("login", "=", login)])
            for login in ("p@third.example.com", "third.d", "third.a")
        }
        for user in users.values():
            self.assertEqual(user.company_ids, school)
            self.assertEqual(user.tz, "Asia/Shanghai")
            self.assertFalse(user.has_group("base.group_erp_manager"))
        director = users["third.d"]
        Post = self.env["school.post"]
        self.assertEqual(Post._find(school, "director")._users(), director)
        self.assertTrue(director.has_group("school_office_base.group_office_director"))
        departments = self.env["hr.department"].search(
            [("company_id", "=", school.id)], order="distribution_sequence"
        )
        self.assertEqual(len(departments), 3)
        self.assertEqual(departments[0]._head_users(), director)
        self.assertEqual(school.currency_id.name, "CNY")
        self.assertEqual(school._school_tz().zone, "Asia/Shanghai")
        hours = school.resource_calendar_id.attendance_ids
        self.assertEqual(
            set(hours.mapped(lambda a: (a.hour_from, a.hour_to))), {(8.5, 17.5)}
        )
        self.assertEqual(len(hours), 5)
        self.assertNotIn(school, self.operator.company_ids)
        # The new administrator works, in this school only.
        admin = users["third.a"]
        settings = self.env["school.settings"].with_user(admin).create({})
        settings.school_office_hotline = "8888"
        self.assertEqual(school.school_office_hotline, "8888")
        colleagues = self.env["res.users"].with_user(admin).search([])
        self.assertEqual(colleagues, self.env["res.users"].union(*users.values()))

    def test_the_wizard_opens_a_school_and_shows_the_first_logins(self):
        form = Form(self.env["school.open.wizard"].with_user(self.operator))
        form.name, form.school_code = "Wizard School", "WIZ"
        form.has_lunch = True
        for index, login in ((1, "wiz.d"), (2, "wiz.a")):
            with form.person_ids.edit(index) as person:
                person.name, person.login = login.upper(), login
        wizard = form.save()
        wizard.action_open()
        self.assertEqual(wizard.person_ids.mapped("login"), ["wiz.d", "wiz.a"])
        self.assertTrue(all(wizard.person_ids.mapped("password")))
        school = wizard.company_id
        self.assertEqual(len(school.resource_calendar_id.attendance_ids), 10)
        self.assertEqual(
            self.env["hr.department"].search_count([("company_id", "=", school.id)]), 5
        )
        with self.assertRaisesRegex(UserError, "open already"):
            wizard.action_open()

    def test_without_an_administrator_no_school_is_opened(self):
        form = Form(self.env["school.open.wizard"].with_user(self.operator))
        form.name, form.school_code = "Lonely School", "LONE"
        with self.assertRaisesRegex(UserError, "school administrator"):
            form.save().action_open()

    def test_bad_input_is_refused_before_anything_is_made(self):
        people = self._vals()["people"]
        cases = {
            "already a school": {"name": "hill school"},
            "belongs to another school": {"school_code": "hill"},
            "needs a name": {"name": "  "},
            "cannot be a short code": {"school_code": "a b"},
            "no time zone": {"tz": "Mars/Olympus"},
            "do not fit": {"hours": [(17, 9)]},
            "not an e-mail": {"people": [{**people[0], "email": "nobody"}]},
            "cannot be used": {"people": [{**people[0], "login": "TEACHER"}]},
            "there twice": {"people": [people[0], people[0]]},
            "Choose what": {"people": [{**people[0], "role": "king"}]},
            "e-mail address": {"people": [{**people[1], "password": None}]},
        }
        for sentence, vals in cases.items():
            before = self.env["res.company"].search_count([])
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                self.Company._school_open(self._vals(**vals))
            self.assertEqual(self.env["res.company"].search_count([]), before)

    def test_only_the_operator_opens_and_closes(self):
        for user in (self.teacher, self.admin):
            company = self.env["res.company"].with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    company._school_open(self._vals())
                with self.assertRaises(AccessError):
                    self.school.with_user(user)._school_close("Because")
                with self.assertRaises(AccessError):
                    self.school.with_user(user).action_school_export()
                with self.assertRaises(AccessError):
                    self.env["school.close.wizard"].with_user(user).create(
                        {"company_id": self.school.id, "reason": "x"}
                    )

    def test_a_closed_school_is_read_until_it_is_opened_again(self):
        school = self.school.with_user(self.operator)
        with self.assertRaisesRegex(UserError, "Say why"):
            school._school_close(" ")
        school._school_close("Merged")
        place = self.env["school.place"].with_user(self.admin)
        with self.assertRaisesRegex(UserError, "is closed"):
            place.create({"name": "Room"})
        with self.assertRaisesRegex(UserError, "is closed"):
            self.env["school.settings"].with_user(self.admin).create({})
        self.assertTrue(place.search([]))
        self.assertTrue(
            self.env["school.place"]
            .with_user(self.stranger)
            .create({"name": "Room", "kind": "room"})
        )
        with self.assertRaisesRegex(UserError, "not an open school"):
            school._school_close("Again")
        school._school_reopen("Mistake")
        self.assertTrue(place.create({"name": "Room", "kind": "room"}))
        log = self.school.partner_id.message_ids.mapped("body")
        self.assertTrue(any("Merged" in line for line in log))


@tagged("-at_install", "post_install")
class TestExport(SchoolCommon):
    def _export(self, school):
        export = self.env["res.company.export"].create({"company_id": school.id})
        export._export()
        self.assertEqual(export.state, "done")
        files = {}
        for attachment in export.attachment_ids.sorted("id"):
            with zipfile.ZipFile(io.BytesIO(attachment.raw)) as archive:
                for name in archive.namelist():
                    files[name] = archive.read(name)
        return export, files

    def test_an_export_holds_all_of_the_school_and_nothing_of_another(self):
        room = self.env["school.place"].create(
            {"name": "=HYPERLINK(1)", "kind": "room", "company_id": self.school.id}
        )
        self.env["ir.attachment"].create(
            {"name": "key/../plan.txt", "raw": b"plan", "res_model": room._name,
             "res_id": room.id}
        )  # fmt: skip
        foreign = self.env["school.place"].create(
            {"name": "Zzyzx", "kind": "room", "company_id": self.other.id}
        )
        self.env["ir.attachment"].create(
            {"name": "Zzyzx", "raw": b"Zzyzx", "res_model": foreign._name,
             "res_id": foreign.id}
        )  # fmt: skip
        self.env["school.post"]._find(self.other, "director").message_post(body="Zzyzx")
        self.env["school.post"]._find(self.school, "director").message_post(body="Ours")
        export, files = self._export(self.school)
        manifest = json.loads(files.pop("manifest.json"))
        for entry in manifest["files"]:
            self.assertEqual(
                hashlib.sha256(files[entry["path"]]).hexdigest(), entry["sha256"]
            )
        self.assertEqual(len(manifest["files"]), len(files))
        for name, content in files.items():
            for mark in (b"Zzyzx", b"Lake School", b"stranger"):
                self.assertNotIn(mark, content, name)
        places = [
            json.loads(line)
            for line in files["data/school.place.jsonl"].decode().splitlines()
        ]
        self.assertIn(room.id, [place["id"] for place in places])
        self.assertEqual({place["company_id"] for place in places}, {self.school.id})
        self.assertEqual(
            manifest["records"]["school.post"],
            self.env["school.post"].search_count([("company_id", "=", self.school.id)]),
        )
        self.assertIn(b"Ours", files["data/mail.message.jsonl"])
        attachment = [
            name for name in files if name.startswith("attachments/school.pl")
        ]
        self.assertEqual(files[attachment[0]], b"plan")
        self.assertNotIn("..", attachment[0].split("/"))
        self.assertEqual(export.file_count, len(files))

    def test_no_cell_of_an_export_is_taken_for_a_formula(self):
        for name in ("=1+1", "+1", "-1", "@SUM", "\t=1"):
            self.env["school.place"].create(
                {"name": name, "kind": "room", "company_id": self.school.id}
            )
        __, files = self._export(self.school)
        text = files["data/school.place.csv"].decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                self.assertFalse(cell.startswith(("=", "+", "-", "@", "\t")), row)

    def test_no_password_or_key_is_exported(self):
        __, files = self._export(self.school)
        users = files["data/res.users.jsonl"].decode()
        self.assertIn("teacher", users)
        for content in files.values():
            self.assertNotIn(b"pbkdf2", content)
            self.assertNotIn(b"access_token", content)

    def test_a_large_school_comes_in_parts_that_belong_together(self):
        self.patch(company_export, "PART_BYTES", 20_000)
        self.patch(company_export, "BATCH", 5)
        export, files = self._export(self.school)
        self.assertGreater(len(export.attachment_ids), 2)
        manifest = json.loads(files["manifest.json"])
        self.assertEqual(
            {entry["part"] for entry in manifest["files"]}
            - set(range(1, len(export.attachment_ids) + 1)),
            set(),
        )
        self.assertEqual(len(manifest["files"]), len(files) - 1)

    def test_only_the_operator_reads_an_export(self):
        export, __ = self._export(self.school)
        for user in (self.teacher, self.director, self.admin):
            with self.assertRaises(AccessError):
                export.with_user(user).read(["state"])
            with self.assertRaises(AccessError):
                export.attachment_ids.with_user(user).read(["raw"])

    def test_the_job_makes_what_waits_and_reports_what_fails(self):
        waiting = self.env["res.company.export"].create({"company_id": self.school.id})
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_base.cron_company_export"
            ).method_direct_trigger()
        self.assertEqual(waiting.state, "done")
