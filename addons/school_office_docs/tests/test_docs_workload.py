from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestWorkload(DocsCommon):
    """Work is given to who has room for it, with a reason (BASE-31)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate = cls._person("mate", cls.school)
        employee = cls.mate._school_employee(cls.school)
        employee.department_id = cls.teaching

    def _dialog(self, documents, user, **vals):
        action = documents.with_user(user).action_assign()
        return (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create(vals)
        )

    def test_the_dialog_says_who_has_how_much(self):
        document = self._in_hand()
        document.with_user(self.head).action_take_in_hand()
        dialog = self._dialog(document, self.head)
        self.assertIn(f"{self.mate.name}: 0 in hand", dialog.workload)
        self.assertIn(f"{self.head.name}: 1 in hand", dialog.workload)
        self.assertLess(
            dialog.workload.index(self.mate.name),
            dialog.workload.index(f"{self.head.name}: 1"),
        )

    def test_work_goes_to_a_colleague_with_the_reason_on_record(self):
        document = self._in_hand()
        document.with_user(self.head).action_take_in_hand()
        dialog = self._dialog(
            document, self.head, handler_id=self.mate.id, reason="On leave next week"
        )
        dialog.action_confirm()
        self.assertEqual(document.handler_id, self.mate)
        entry = self.env["school.register.entry"].search(
            [("res_id", "=", document.id), ("event", "=", "reassigned")]
        )
        self.assertIn(f"{self.head.name} → {self.mate.name}", entry.payload)
        self.assertIn("On leave next week", entry.payload)
        self.assertIn("On leave next week", document.message_ids[:1].body)
        notice = self.env["school.notice"].search([("user_id", "=", self.mate.id)])
        self.assertIn(document.number, notice[:1].subject)

    def test_taking_work_from_somebody_wants_a_reason(self):
        document = self._in_hand()
        document.with_user(self.head).action_take_in_hand()
        dialog = self._dialog(document, self.director, handler_id=self.mate.id)
        with self.assertRaisesRegex(UserError, "reason"):
            dialog.action_confirm()
        self.assertEqual(document.handler_id, self.head)

    def test_several_documents_of_a_department_go_together(self):
        documents = self._in_hand() | self._in_hand(sender_number="2")
        for document in documents:
            document.with_user(self.head).action_take_in_hand()
        dialog = self._dialog(
            documents, self.director, handler_id=self.mate.id, reason="Balance"
        )
        dialog.action_confirm()
        self.assertEqual(documents.handler_id, self.mate)

    def test_who_has_nothing_to_do_with_it_gives_nothing_away(self):
        document = self._in_hand()
        for user in (self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                document.with_user(user).action_assign()

    def test_the_board_counts_documents_in_hand_and_opens_them(self):
        document = self._in_hand()
        document.with_user(self.head).action_take_in_hand()
        self.env.flush_all()
        board = self.env["school.board"].with_user(self.director)
        rows = {row["id"]: row for row in board.get_workload()["rows"]}
        self.assertEqual(rows[self.head.id]["work"]["documents"], 1)
        action = board.open_figure("work_documents", "month", "person", self.head.id)
        self.assertEqual(self.Doc.search(action["domain"]), document)
        tiles = {tile["key"]: tile["value"] for tile in board.get_board()["tiles"]}
        self.assertEqual(tiles["documents"], 1)
