"""Many anonymous reports at the same moment: real threads, committed transactions."""

from odoo.tests import tagged

from committed import CommittedCase

LIMIT = 5
CROWD = 16


@tagged("standard", "post_install", "-at_install")
class TestConcurrentReports(CommittedCase):
    school_code = "BUSYCROWD"

    def _take(self):
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            crowd = env["school.desk.crowd"]
            return crowd._take(school, "203.0.113.7", LIMIT)

    def test_of_a_flood_at_once_exactly_the_limit_is_taken(self):
        results, errors = self._crowd([self._take] * CROWD)
        self.assertEqual(errors, [])
        self.assertEqual(sorted(results), [False] * (CROWD - LIMIT) + [True] * LIMIT)

    def _remove_rest(self, env):
        super()._remove_rest(env)
        env.cr.execute(
            "DELETE FROM school_desk_crowd WHERE company_id = ANY(%s)",
            [self.school_ids],
        )
