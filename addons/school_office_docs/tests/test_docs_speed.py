from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestSpeed(DocsCommon):
    def _documents(self, count):
        return self.Doc.with_user(self.clerk).create(
            [
                self._vals(
                    sender_number=f"n{count}-{number}",
                    check_title=True,
                    check_sender=True,
                    check_date=True,
                    check_copies=True,
                    check_pages=True,
                    check_number=True,
                    check_secrecy=True,
                    check_attachments=True,
                    check_intact=True,
                )
                for number in range(count)
            ]
        )

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_list_costs_the_same_for_ten_times_as_many(self):
        specification = {
            "number": {},
            "name": {},
            "sender_name": {},
            "state": {},
            "urgency": {},
            "received_at": {},
            "deadline_at": {},
            "deadline_state": {},
            "responsible_department_id": {"fields": {"display_name": {}}},
        }
        self._documents(30)
        Doc = self.Doc.with_user(self.clerk)
        Doc.web_search_read([], specification, limit=1)
        few = self._count(lambda: Doc.web_search_read([], specification, limit=2))
        many = self._count(lambda: Doc.web_search_read([], specification, limit=20))
        self.assertLessEqual(many, few)

    def test_registering_many_grows_gently(self):
        """Numbers, books and clocks come in batches; a document adds few queries."""
        self._documents(2).action_register()
        few, many = self._documents(5), self._documents(25)
        cost_few = self._count(few.action_register)
        cost_many = self._count(many.action_register)
        per_document = (cost_many - cost_few) / 20
        self.assertLess(per_document, 6, f"{cost_few} and {cost_many} queries")

    def test_duplicates_are_found_in_a_constant_number_of_queries(self):
        documents = self._documents(22)
        few = self._count(lambda: documents[:2].mapped("duplicate_ids"))
        many = self._count(lambda: documents.mapped("duplicate_ids"))
        self.assertLessEqual(many, few + 1)
