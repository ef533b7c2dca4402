from psycopg2.errors import CheckViolation

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
