from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_base.tests.common import SchoolCommon


@tagged("post_install", "-at_install")
class TestMeetingBody(SchoolCommon):
    @mute_logger("odoo.sql_db")
    def test_a_share_above_one_is_refused(self):
        body = self.env["school.meeting.body"].create(
            {"name": "Council", "company_id": self.school.id}
        )
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            body.quorum_numerator = 3
            body.flush_recordset()

    def test_nobody_is_a_member_twice_at_a_time(self):
        body = self.env["school.meeting.body"].create(
            {
                "name": "Council",
                "company_id": self.school.id,
                "member_ids": [
                    Command.create(
                        {"user_id": self.teacher.id, "date_to": "2026-01-31"}
                    )
                ],
            }
        )
        again = {"user_id": self.teacher.id, "date_from": "2026-01-31"}
        with self.assertRaises(ValidationError), self.cr.savepoint():
            body.member_ids = [Command.create(again)]
        # Who left and comes back has a second row.
        body.member_ids = [Command.create({**again, "date_from": "2026-02-01"})]
        self.assertEqual(len(body.member_ids), 2)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            body.member_ids[0].date_to = False
