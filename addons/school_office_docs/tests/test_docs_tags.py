from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestTags(DocsCommon):
    """BASE-17: several tags at once, and a search over them together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.groups = cls.env["school.tag.group"].search(
            [("company_id", "=", cls.school.id)]
        )
        Tag = cls.env["school.tag"].with_user(cls.clerk)
        cls.library, cls.safety, cls.budget = Tag.create(
            [
                {"name": "Library", "group_id": cls.groups[0].id},
                {"name": "Safety", "group_id": cls.groups[1].id},
                {"name": "Budget", "group_id": cls.groups[1].id},
            ]
        )

    def _tagged(self, *tags):
        document = self._document()
        document.tag_ids = [Command.set([tag.id for tag in tags])]
        return document

    def test_tags_of_different_groups_narrow_the_search(self):
        both = self._tagged(self.library, self.safety)
        self._tagged(self.library, self.budget)
        found = self.env["school.doc.incoming"].search(
            [
                ("tag_ids", "in", self.library.ids),
                ("tag_ids", "in", self.safety.ids),
            ]
        )
        self.assertEqual(found, both)

    def test_the_search_panel_counts_by_group(self):
        self._tagged(self.library, self.safety)
        panel = (
            self.env["school.doc.incoming"]
            .with_user(self.clerk)
            .search_panel_select_multi_range(
                "tag_ids", group_by="group_id", enable_counters=True
            )
        )
        counts = {
            value["display_name"]: (value["group_id"], value["__count"])
            for value in panel["values"]
        }
        self.assertEqual(counts["Library"], (self.groups[0].id, 1))
        self.assertEqual(counts["Safety"], (self.groups[1].id, 1))

    def test_a_tag_typed_in_goes_to_the_first_group(self):
        tag_id, __ = self.env["school.tag"].with_user(self.clerk).name_create("Sports")
        self.assertEqual(self.env["school.tag"].browse(tag_id).group_id, self.groups[0])

    @mute_logger("odoo.sql_db")
    def test_a_group_has_no_two_tags_of_one_name(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.safety.copy({"name": "safety"})

    def test_a_tag_of_another_school_does_not_fit(self):
        foreign = self.env["school.tag"].create(
            {
                "name": "Lake",
                "company_id": self.other.id,
                "group_id": self.env["school.tag.group"]
                .search([("company_id", "=", self.other.id)], limit=1)
                .id,
            }
        )
        document = self._document()
        with self.assertRaises(UserError):
            document.tag_ids = [Command.link(foreign.id)]

    def test_teachers_read_tags_but_enter_none(self):
        self.assertEqual(self.library.with_user(self.teacher).name, "Library")
        with self.assertRaises(AccessError):
            self.env["school.tag"].with_user(self.teacher).create(
                {"name": "Mine", "group_id": self.groups[0].id}
            )
