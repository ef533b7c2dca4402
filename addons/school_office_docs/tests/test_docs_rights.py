from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.school_office_base.tests.secrecy_checks import SecrecyChecks

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestRights(DocsCommon):
    def _sees(self, user, document):
        return bool(self.Doc.with_user(user).search_count([("id", "=", document.id)]))

    def test_a_teacher_without_a_part_in_it_sees_nothing(self):
        document = self._distributed()
        self.assertFalse(self._sees(self.teacher, document))
        with self.assertRaises(AccessError):
            document.with_user(self.teacher).read(["name"])
        self.assertFalse(self.Doc.with_user(self.teacher).name_search(document.number))
        self.assertFalse(
            self.Doc.with_user(self.teacher)._read_group([], ["state"], ["__count"])
        )

    def test_a_department_sees_what_was_distributed_to_it(self):
        document = self._instructed()
        self.assertFalse(self._sees(self.colleague, document))
        document._distribute({self.teaching: 1})
        self.assertTrue(self._sees(self.head, document))
        self.assertTrue(self._sees(self.colleague, document))
        self.assertFalse(self._sees(self.other_head, document))

    def test_who_leaves_a_department_sees_its_documents_no_more(self):
        document = self._distributed()
        self.assertTrue(self._sees(self.colleague, document))
        self.colleague._school_employee(self.school).department_id = self.logistics
        self.assertFalse(self._sees(self.colleague, document))

    def test_those_who_decide_see_what_waits_for_them(self):
        document = self._registered()
        self.assertFalse(self._sees(self.leader, document))
        document.action_submit()
        self._decide(document, self.director)
        self.assertTrue(self._sees(self.leader, document))

    def test_recipients_read_and_do_not_write(self):
        document = self._distributed()
        with self.assertRaises(AccessError):
            document.with_user(self.head).write({"note": "mine now"})
        with self.assertRaises(AccessError):
            document.with_user(self.head).action_submit()
        with self.assertRaises(AccessError):
            document.with_user(self.head)._void("mine")

    def test_the_neighbour_school_is_another_world(self):
        document = self._distributed()
        foreign = document.with_user(self.stranger)
        self.assertFalse(self._sees(self.stranger, document))
        for call in (
            lambda: foreign.read(["name"]),
            lambda: foreign.action_register(),
            lambda: foreign.action_sign(),
            lambda: foreign._finish("x"),
            lambda: foreign.action_open_register_entries(),
            lambda: foreign.message_post(body="x"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_relations_stay_inside_the_school(self):
        theirs = self._department("Theirs", self.stranger, school=self.other)
        for vals in (
            {"responsible_department_id": theirs.id},
            {"scope_department_ids": [(4, theirs.id)]},
            {
                "category_id": self.env["school.doc.category"]
                .search([("company_id", "=", self.other.id)], limit=1)
                .id
            },
        ):
            with self.assertRaises(UserError):
                self._document(**vals)
        document = self._instructed()
        with self.assertRaises(UserError):
            document._distribute({theirs: 1})
        with self.assertRaises(UserError):
            document._distribute({self.stranger: 1})

    def test_staff_hand_in_requests_of_their_own(self):
        request = self.Doc.with_user(self.head).create(
            {
                "name": "Two new projectors",
                "kind": "request",
                "sender_department_id": self.teaching.id,
            }
        )
        request.note = "For rooms 3 and 4"
        self.assertFalse(self._sees(self.teacher, request))
        with self.assertRaises(AccessError):
            self.Doc.with_user(self.head).create({"name": "x", "kind": "letter"})
        request.with_user(self.clerk).action_check_all()
        request.with_user(self.clerk).action_register()
        with self.assertRaises(AccessError):
            request.note = "Three, please"
        self.assertTrue(self._sees(self.head, request))

    def test_a_draft_is_deleted_by_its_author_only(self):
        mine = self._document()
        with self.assertRaises(UserError):
            mine.with_user(self.director).unlink()
        mine.unlink()
        registered = self._registered()
        with self.assertRaises(UserError):
            registered.unlink()

    def test_marked_documents_are_for_named_readers(self):
        document = self._marked(self.director + self.leader)
        second_clerk = self._person("clerk2", self.school, "group_office_clerk")
        self.assertTrue(self._sees(self.director, document))
        self.assertTrue(self._sees(self.clerk, document))
        self.assertFalse(self._sees(second_clerk, document))
        self.assertFalse(self._sees(self.admin, document))

    def test_state_secrets_are_refused_with_the_reason(self):
        level = self._level("secret")
        with self.assertRaisesRegex(UserError, "state secret"):
            self._document(secrecy_level_id=level.id, note="The text")
        stub = self._document(
            name="A state secret", secrecy_level_id=level.id, paper_location="Safe 1"
        )
        with self.assertRaises(UserError):
            self.env["ir.attachment"].with_user(self.clerk).create(
                {
                    "name": "secret.pdf",
                    "raw": b"%PDF-1.4",
                    "res_model": stub._name,
                    "res_id": stub.id,
                }
            )


@tagged("post_install", "-at_install")
class TestSecrecy(SecrecyChecks, DocsCommon):
    """What the kernel asks of every model with secrecy levels."""

    secret_title = "Very private matter"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.director
        cls.outsider = cls._person("clerk2", cls.school, "group_office_clerk")

    def _marked_record(self):
        return self._marked(self.director + self.leader, name=self.secret_title)

    def test_the_system_itself_names_no_marked_title(self):
        document = self._marked_record()
        root = document.with_user(self.env.ref("base.user_root"))
        self.assertNotIn(self.secret_title, root.display_name)
        self.assertIn(document.number, root.display_name)
