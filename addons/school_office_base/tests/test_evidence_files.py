import base64
import hashlib

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools import triggers
from .common import SchoolCommon
from .evidence_models import File, FileLine

PDF = b"%PDF-1.7 first"
PDF2 = b"%PDF-1.7 second"


class FilesCommon(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(FileLine, File)
        cls.env["ir.rule"].create(
            {
                "name": "school",
                "model_id": cls.env["ir.model"]._get_id("school.test.file"),
                "domain_force": "[('company_id', 'in', company_ids)]",
            }
        )
        cls.File = cls.env["school.test.file"]
        cls.Attachment = cls.env["ir.attachment"]
        cls.Version = cls.env["school.file.version"]

    def _file(self, **vals):
        return self.File.with_user(self.clerk).create({"name": "Paper", **vals})

    def _attach(self, record, name="a.pdf", content=PDF, **vals):
        return self.Attachment.with_env(record.env).create(
            {
                "name": name,
                "raw": content,
                "res_model": record._name,
                "res_id": record.id,
                **vals,
            }
        )

    def _level(self, code):
        return self.env["school.secrecy.level"]._find(self.school, code)

    def _versions(self, record):
        return self.Version.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)], order="id"
        )

    def _assert_refused_by_database(self, query, *params):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "evidence"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)


@tagged("post_install", "-at_install")
class TestFrozen(FilesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Bureau"})

    def _final(self, **vals):
        record = self._file(
            partner_id=self.partner.id,
            image=base64.b64encode(b"pixels"),
            line_ids=[Command.create({"name": "line"})],
            **vals,
        )
        self._attach(record)
        record._freeze()
        return record

    def test_no_field_of_a_final_record_changes_not_even_for_superuser(self):
        record = self._final()
        for user in (self.clerk, self.director, self.env.user):
            for vals in ({"name": "x"}, {"partner_id": False}, {"image": False}):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaisesRegex(UserError, "is final"):
                        record.with_user(user).write(vals)
                    with self.assertRaisesRegex(UserError, "is final"):
                        record.with_user(user).sudo().write(vals)

    def test_a_final_record_is_not_thawed(self):
        record = self._final()
        with self.assertRaises(AccessError):
            record.write({"is_frozen": False})
        with self.assertRaises(UserError):
            record.sudo().write({"is_frozen": False})

    def test_nobody_makes_a_record_final_by_writing(self):
        record = self._file()
        with self.assertRaises(AccessError):
            record.write({"is_frozen": True})
        with self.assertRaises(AccessError):
            self._file(is_frozen=True)

    def test_a_final_record_is_not_deleted(self):
        record = self._final()
        with self.assertRaises(UserError):
            record.unlink()
        with self.assertRaises(UserError):
            record.sudo().unlink()

    def test_its_lines_are_final_too(self):
        line = self._final().line_ids
        with self.assertRaises(UserError):
            line.write({"name": "x"})
        with self.assertRaises(UserError):
            line.sudo().unlink()

    def test_the_database_refuses_what_goes_round_the_orm(self):
        record = self._final()
        table = record._table
        self._assert_refused_by_database(
            f"UPDATE {table} SET name = 'x' WHERE id = %s", record.id
        )
        self._assert_refused_by_database(
            f"UPDATE {table} SET is_frozen = FALSE WHERE id = %s", record.id
        )
        self._assert_refused_by_database(
            f"DELETE FROM {table} WHERE id = %s", record.id
        )
        self._assert_refused_by_database(
            f"UPDATE {record.line_ids._table} SET name = 'x' WHERE file_id = %s",
            record.id,
        )

    def test_the_links_of_a_final_record_are_final(self):
        files = self.Attachment.with_user(self.clerk).create(
            [{"name": f"{name}.pdf", "raw": PDF} for name in "ab"]
        )
        record = self._file(extra_ids=[Command.set(files[0].ids)])
        draft = self._file(extra_ids=[Command.set(files[1].ids)])
        record._freeze()
        self.env.flush_all()
        field = record._fields["extra_ids"]
        table, owner, link = field.relation, field.column1, field.column2
        for query, params in (
            (f"DELETE FROM {table} WHERE {owner} = %s", [record.id]),
            (
                f"INSERT INTO {table} ({owner}, {link}) VALUES (%s, %s)",
                [record.id, files[1].id],
            ),
            (
                f"UPDATE {table} SET {link} = %s WHERE {owner} = %s",
                [files[1].id, record.id],
            ),
            # nor are links taken over by, or from, another record
            (
                f"UPDATE {table} SET {owner} = %s WHERE {owner} = %s",
                [record.id, draft.id],
            ),
            (
                f"UPDATE {table} SET {owner} = %s WHERE {owner} = %s",
                [draft.id, record.id],
            ),
        ):
            with self.subTest(query=query):
                self._assert_refused_by_database(query, *params)
        with self.assertRaises(UserError):
            record.sudo().extra_ids = [Command.clear()]
        # An open record goes with its links.
        draft.sudo().extra_ids = [Command.clear()]
        draft.sudo().extra_ids = [Command.set(files[1].ids)]
        draft.sudo().unlink()

    def test_what_goes_on_around_a_final_record_is_linked_freely(self):
        exempt = type(self.File)._all_frozen_exempt_fields
        self.patch(
            type(self.File),
            "_all_frozen_exempt_fields",
            lambda model: exempt(model) | {"extra_ids"},
        )
        names = [field.name for field in self.File._frozen_link_fields()]
        self.assertNotIn("extra_ids", names)

    def test_bookkeeping_around_it_goes_on(self):
        record = self._final()
        record.message_post(body="Seen again")
        record.message_subscribe(self.director.partner_id.ids)
        self.env.cr.execute(
            f"UPDATE {record._table} SET write_date = now() WHERE id = %s", [record.id]
        )

    def test_what_it_names_may_change_and_it_keeps_the_old_name(self):
        record = self._final()
        draft = self._file(partner_id=self.partner.id)
        self.partner.name = "New Bureau"
        self.env.flush_all()
        self.assertEqual(record.partner_name, "Bureau")
        self.assertEqual(draft.partner_name, "New Bureau")

    def test_what_the_last_change_computes_belongs_to_the_final_state(self):
        record = self._file()
        record.partner_id = self.partner
        record._freeze()
        self.env.invalidate_all()
        self.assertEqual((record.partner_name, record.is_frozen), ("Bureau", True))

    def test_its_files_are_neither_changed_nor_deleted_nor_added(self):
        record = self._final()
        files = self.Attachment.search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "in", [False, "image"]),
            ]
        )
        self.assertEqual(len(files), 2)
        for attachment in files:
            for env in (record.env, record.env(su=True)):
                mine = attachment.with_env(env)
                for operation in (
                    lambda mine=mine: mine.write({"name": "x"}),
                    lambda mine=mine: mine.write({"raw": PDF2}),
                    lambda mine=mine: mine.write({"datas": base64.b64encode(PDF2)}),
                    lambda mine=mine: mine.write({"res_id": False}),
                    lambda mine=mine: mine.write({"school_frozen": False}),
                    lambda mine=mine: mine.unlink(),
                ):
                    with self.assertRaises(UserError):
                        operation()
        loose = self.Attachment.with_user(self.clerk).create(
            {"name": "b.pdf", "raw": PDF}
        )
        for env in (record.env, record.env(su=True)):
            with self.assertRaisesRegex(UserError, "is final"):
                self._attach(record.with_env(env), "b.pdf")
            with self.assertRaisesRegex(UserError, "is final"):
                self._attach(record.with_env(env), "b.pdf", res_field="image")
            with self.assertRaisesRegex(UserError, "is final"):
                loose.with_env(env).write(
                    {"res_model": record._name, "res_id": record.id}
                )
        with self.assertRaises(UserError):
            record.message_post(body="x", attachments=[("c.pdf", PDF)])
        with self.assertRaises(AccessError):
            self.Attachment.with_user(self.clerk).create(
                {"name": "d.pdf", "raw": PDF, "school_frozen": True}
            )

    def test_the_database_keeps_its_files(self):
        record = self._final()
        attachment = self.Attachment.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        for column in ("name", "checksum", "res_model"):
            self._assert_refused_by_database(
                f"UPDATE ir_attachment SET {column} = 'x' WHERE id = %s", attachment.id
            )
        self._assert_refused_by_database(
            "DELETE FROM ir_attachment WHERE id = %s", attachment.id
        )

    def test_moving_the_file_store_is_allowed(self):
        record = self._final()
        attachment = self.Attachment.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        attachment.write({"raw": PDF, "mimetype": attachment.mimetype})
        self.env.flush_all()
        self.assertEqual(attachment.raw, PDF)

    def test_its_messages_are_neither_changed_nor_deleted(self):
        record = self._file()
        message = record.message_post(body="As it was")
        record._freeze()
        for env in (record.env, record.env(su=True)):
            with self.assertRaisesRegex(UserError, "final record"):
                message.with_env(env).write({"body": "x"})
            with self.assertRaisesRegex(UserError, "final record"):
                message.with_env(env).unlink()
            with self.assertRaises(UserError):
                record.with_env(env)._message_update_content(message, body="")
        self.assertIn("As it was", message.body)

    def test_without_triggers_the_database_is_free_again(self):
        record = self._final()
        self.env.flush_all()
        triggers.remove_functions(self.env.cr)
        self.env.cr.execute(f"DELETE FROM {record._table} WHERE id = %s", [record.id])
        self.env.cr.execute("DELETE FROM ir_attachment WHERE school_frozen")

    def test_the_triggers_are_renewed_on_upgrade(self):
        record = self._final()
        triggers.remove_functions(self.env.cr)
        record.init()
        self._assert_refused_by_database(
            f"DELETE FROM {record._table} WHERE id = %s", record.id
        )


@tagged("post_install", "-at_install")
class TestFileVersions(FilesCommon):
    def test_each_content_is_a_version_with_its_hash(self):
        record = self._file()
        attachment = self._attach(record)
        attachment.with_context(school_file_reason="Typing error").write({"raw": PDF2})
        first, second = self._versions(record)
        self.assertEqual(
            (first.version, first.size, first.author_id), (1, len(PDF), self.clerk)
        )
        self.assertEqual(second.previous_id, first)
        self.assertEqual((second.version, second.reason), (2, "Typing error"))
        self.assertNotEqual(first.sha256, second.sha256)

    def test_a_new_file_of_the_same_name_follows_the_old_one(self):
        record = self._file()
        self._attach(record)
        self._attach(record, content=PDF2)
        self._attach(record, name="other.pdf")
        self.assertEqual(self._versions(record).mapped("version"), [1, 2, 1])

    def test_the_old_content_stays_when_the_file_is_replaced_or_deleted(self):
        record = self._file()
        attachment = self._attach(record)
        attachment.write({"raw": PDF2})
        attachment.unlink()
        contents = []
        for version in self._versions(record).with_user(self.clerk):
            action = version.action_download()
            attachment_id = int(action["url"].split("/")[3].split("?")[0])
            contents.append(
                self.Attachment.with_user(self.clerk).browse(attachment_id).raw
            )
        self.assertEqual(contents, [PDF, PDF2])

    def test_files_chosen_in_a_field_become_files_of_the_record(self):
        loose = self.Attachment.with_user(self.clerk).create(
            {"name": "a.pdf", "raw": PDF, "res_model": "school.test.file", "res_id": 0}
        )
        foreign = self.Attachment.with_user(self.director).create(
            {"name": "b.pdf", "raw": PDF}
        )
        record = self._file(extra_ids=[Command.link(loose.id)])
        self.assertEqual(loose.res_id, record.id)
        self.assertEqual(len(self._versions(record)), 1)
        record.sudo().with_user(self.clerk).sudo().write(
            {"extra_ids": [Command.link(foreign.id)]}
        )
        self.assertFalse(foreign.res_id)

    def test_the_fingerprint_names_every_file(self):
        record = self._file()
        self.assertEqual(record._file_fingerprint(), [])
        self._attach(record, "b.pdf", PDF2)
        attachment = self._attach(record)
        before = record._file_fingerprint()
        self.assertEqual([file[:2] for file in before], [["a.pdf", 14], ["b.pdf", 15]])
        approved = attachment.sudo()._approval_fingerprints()[attachment]
        self.assertEqual(approved, before[0])
        self.assertEqual(approved[2], hashlib.sha256(PDF).hexdigest())
        attachment.write({"raw": PDF2})
        self.assertNotEqual(record._file_fingerprint(), before)
        attachment.unlink()
        self.assertEqual(record._file_fingerprint(), before[1:])

    def test_versions_are_kept_as_they_are(self):
        record = self._file()
        self._attach(record)
        version = self._versions(record)
        for query in (
            "UPDATE school_file_version SET sha256 = 'x' WHERE id = %s",
            "DELETE FROM school_file_version WHERE id = %s",
        ):
            self._assert_refused_by_database(query, version.id)
        for operation in (
            lambda: version.with_user(self.clerk).write({"sha256": "x"}),
            lambda: version.with_user(self.clerk).unlink(),
            lambda: version.with_user(self.clerk).create({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                operation()

    def test_who_reads_the_record_reads_its_versions(self):
        record = self._file()
        self._attach(record)
        version = self._versions(record)
        self.assertIn(version, self.Version.with_user(self.teacher).search([]))
        self.env["ir.rule"].create(
            {
                "name": "own",
                "model_id": self.env["ir.model"]._get_id("school.test.file"),
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )
        for person in (self.teacher, self.stranger):
            theirs = self.Version.with_user(person)
            self.assertNotIn(version, theirs.search([]))
            self.assertFalse(theirs.search_count([("name", "=", "a.pdf")]))
            with self.assertRaises(AccessError):
                theirs.browse(version.id).read(["sha256"])
            with self.assertRaises(AccessError):
                theirs.browse(version.id).action_download()
        self.assertTrue(version.with_user(self.clerk).read(["sha256"]))

    def test_many_files_cost_a_constant_number_of_queries(self):
        def cost(count):
            record = self._file()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.Attachment.with_user(self.clerk).create(
                [
                    {
                        "name": f"{n}.pdf",
                        "raw": PDF + str(n).encode(),
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        cost(1)
        self.assertLessEqual(cost(20), cost(2) + 2)


@tagged("post_install", "-at_install")
class TestUploads(FilesCommon):
    def _refused(self, sentence, name, content):
        record = self._file()
        for env in (record.env, record.env(su=True)):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, sentence):
                self._attach(record.with_env(env), name, content)

    def test_bad_files_are_refused_with_a_sentence(self):
        self._refused("is empty", "a.pdf", b"")
        self._refused("program or a web page", "a.exe", b"x")
        self._refused("program or a web page", "a.pdf", b"<html><script>")
        self._refused("not what its name says", "a.pdf", b"hello")

    def test_a_file_beyond_the_limit_of_the_school_is_refused(self):
        self.school.school_attachment_max_mb = 1
        self._refused(r"1\.1 MB; this school takes", "a.pdf", PDF + b"x" * 1150000)

    def test_a_file_is_not_made_bad_later(self):
        attachment = self._attach(self._file())
        with self.assertRaises(UserError):
            attachment.write({"raw": b"<html>"})
        loose = self.Attachment.with_user(self.clerk).create(
            {"name": "x.html", "raw": b"<html>"}
        )
        with self.assertRaises(UserError):
            loose.write({"res_model": "school.test.file", "res_id": self._file().id})

    def test_other_models_take_what_they_always_took(self):
        self.Attachment.create(
            {
                "name": "x.html",
                "raw": b"<html>",
                "res_model": "res.partner",
                "res_id": self.env.user.partner_id.id,
            }
        )

    def test_a_state_secret_takes_no_file(self):
        record = self._file(secrecy_level_id=self._level("secret").id)
        for env in (record.env, record.env(su=True)):
            with self.assertRaisesRegex(UserError, "art. 29 and 30"):
                self._attach(record.with_env(env))
            with self.assertRaisesRegex(UserError, "art. 29 and 30"):
                self._attach(record.with_env(env), res_field="image")
        record = self._file()
        self._attach(record)
        with self.assertRaisesRegex(ValidationError, "cannot have files"):
            record.secrecy_level_id = self._level("secret")

    def test_a_file_that_comes_by_mail_is_kept_and_harmless(self):
        self.school.school_attachment_max_mb = 1
        record = self._file()
        record.sudo().message_post(
            body="From outside",
            message_type="email",
            attachments=[
                ("page.html", "<html>"),
                ("big.pdf", PDF + b"x" * 1150000),
                ("empty.txt", b""),
            ],
        )
        names = self.Attachment.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        ).mapped("name")
        self.assertEqual(sorted(names), ["big.pdf", "empty.txt", "page.html.zip"])


@tagged("post_install", "-at_install")
class TestFilesHttp(FilesCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.File.with_user(cls.clerk).create({"name": "Paper"})
        cls.attachment = cls.Attachment.with_user(cls.clerk).create(
            {
                "name": "a.pdf",
                "raw": PDF,
                "res_model": cls.record._name,
                "res_id": cls.record.id,
            }
        )
        cls.version = cls.Version.search([("attachment_ref", "=", cls.attachment.id)])

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _upload(self, name, content):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "thread_id": self.record.id,
                "thread_model": self.record._name,
                "csrf_token": Request.csrf_token(self),
            },
            files={"ufile": (name, content)},
        )

    def test_the_chatter_cannot_delete_the_file_of_a_final_record(self):
        self.record._freeze()
        self._login(self.clerk)
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/attachment/delete",
                json={"params": {"attachment_id": self.attachment.id}},
            ).json()
        self.assertIn("final record", answer["error"]["data"]["message"])
        self.assertTrue(self.attachment.exists())

    def test_the_chatter_deletes_the_file_of_an_open_record_and_keeps_the_version(self):
        self._login(self.clerk)
        self.url_open(
            "/mail/attachment/delete",
            json={"params": {"attachment_id": self.attachment.id}},
        )
        self.assertFalse(self.attachment.exists())
        self.assertTrue(self.version.exists())

    def test_the_chatter_cannot_add_a_file_to_a_final_record(self):
        self.record._freeze()
        self._login(self.clerk)
        with mute_logger("odoo.http"):
            self._upload("b.pdf", PDF)
        self.assertEqual(len(self._versions(self.record)), 1)

    def test_the_chatter_refuses_a_web_page_and_takes_a_document(self):
        self._login(self.clerk)
        with mute_logger("odoo.http"):
            self._upload("b.pdf", b"<html><script>alert(1)</script>")
        self.assertEqual(len(self._versions(self.record)), 1)
        self._upload("b.pdf", PDF)
        self.assertEqual(len(self._versions(self.record)), 2)

    def test_a_neighbour_gets_no_file_by_any_address(self):
        addresses = [
            f"/web/content/{self.attachment.id}",
            f"/web/image/{self.attachment.id}",
            f"/web/content/{self.record._name}/{self.record.id}/image",
            f"/mail/attachment/pdf_first_page/{self.attachment.id}",
            f"/web/content/school.file.version/{self.version.id}/name",
        ]
        self._login(self.stranger)
        for address in addresses:
            with self.subTest(address=address), mute_logger("odoo.http"):
                answer = self.url_open(address)
                self.assertNotIn(PDF, answer.content)
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/attachment/delete",
                json={"params": {"attachment_id": self.attachment.id}},
            )
            answer = self.url_open(
                "/mail/attachment/zip",
                data={
                    "file_ids": str(self.attachment.id),
                    "zip_name": "x.zip",
                    "csrf_token": Request.csrf_token(self),
                },
            )
        self.assertNotIn(b"PK", answer.content[:2])
        self.assertTrue(self.attachment.exists())
        self._login(self.clerk)
        self.assertEqual(
            self.url_open(f"/web/content/{self.attachment.id}").content, PDF
        )
