import hashlib
import hmac
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.school_office_base.models.demo import demo_time
from odoo.addons.school_office_base.tools import throttle

from ..controllers.desk import DeskController
from ..models import desk_crowd
from .marker_scan import MarkerScan
from .public_common import PublicCommon

KEY = b"k" * 32
FLOODER, NEIGHBOUR = "203.0.113.77", "198.51.100.9"


@tagged("post_install", "-at_install")
class TestThrottle(BaseCase):
    def test_a_visitor_of_ipv6_is_his_whole_network(self):
        for one, other, same in (
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("::ffff:203.0.113.7", "203.0.113.7", True),
            ("fe80::1%eth0", "fe80::2", True),
            ("203.0.113.7", "203.0.113.8", False),
            ("", None, True),
        ):
            with self.subTest(one=one, other=other):
                self.assertEqual(throttle.network(one) == throttle.network(other), same)
                self.assertEqual(
                    throttle.visitor_key("s", "2026-03-02", one)
                    == throttle.visitor_key("s", "2026-03-02", other),
                    same,
                )

    def test_counters_are_shared_evenly_and_another_key_shares_them_anew(self):
        addresses = [f"10.0.{i // 250}.{i % 250}" for i in range(6400)]
        of = [throttle.counter(KEY, a, desk_crowd.COUNTERS) for a in addresses]
        sizes = [of.count(number) for number in range(desk_crowd.COUNTERS)]
        self.assertGreater(min(sizes), 50)
        again = [throttle.counter(b"x" * 32, a, desk_crowd.COUNTERS) for a in addresses]
        same = sum(a == b for a, b in zip(of, again, strict=True))
        self.assertLess(same, 300)


@tagged("post_install", "-at_install")
class TestDeskPublicCrowd(MarkerScan, PublicCommon):
    """Who floods the school without a name does not silence the others."""

    def setUp(self):
        super().setUp()
        self.patch(desk_crowd.secrets, "token_bytes", lambda size: KEY[:size])
        self.assertNotEqual(self._counter(FLOODER), self._counter(NEIGHBOUR))
        self.addCleanup(self._sql, "DELETE FROM school_desk_crowd")
        self.url = f"/desk/{self.slug}/suggestion?anonymous=1"
        self.token = self._csrf(self._get(self.url).text)

    def _counter(self, address):
        return throttle.counter(KEY, address, desk_crowd.COUNTERS)

    def _sql(self, query):
        """Ask as another session does: the table is written outside of the test."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(SQL(query))
            return cr.fetchall() if cr.description else None

    def _report_from(self, address):
        data = {"csrf_token": self.token, "anonymous": "1", "details": "More trees"}
        with patch.object(DeskController, "_address", lambda controller: address):
            return self._post_with(self.url, data)

    def test_one_who_floods_is_stopped_and_the_others_are_not(self):
        self.school.school_desk_anonymous_visitor = 3
        answers = [self._report_from(FLOODER) for _try in range(5)]
        self.assertEqual(
            [answer.status_code for answer in answers], [200] * 3 + [429] * 2
        )
        self.assertIn("from another connection", answers[-1].text)
        self.assertTrue(answers[-1].headers["Retry-After"])
        self.assertEqual(self._report_from(NEIGHBOUR).status_code, 200)
        self.assertEqual(len(self._tickets().filtered("is_anonymous")), 4)

    def test_nothing_that_stands_for_the_address_is_kept(self):
        digest = hmac.new(KEY, FLOODER.encode(), hashlib.sha256).hexdigest()
        traces = {
            FLOODER,
            digest[:12],
            self.env["school.outside.act"]._visitor_key(FLOODER)[:12],
            *(hashlib.new(name, FLOODER.encode()).hexdigest()[:12]
              for name in ("md5", "sha1", "sha256")),
        }  # fmt: skip
        before = {trace: self._rows_with(trace) for trace in traces}
        self.assertEqual(self._report_from(FLOODER).status_code, 200)
        for trace in traces:
            with self.subTest(trace=trace):
                self.assertEqual(self._rows_with(trace), before[trace])

    def test_no_row_leads_from_the_counter_to_the_report(self):
        self._report_from(FLOODER)
        [(kind,)] = self._sql(
            "SELECT relpersistence FROM pg_class WHERE relname = 'school_desk_crowd'"
        )
        self.assertEqual(kind, "u", "in no log, no replica and no archive")
        columns = self._sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'school_desk_crowd' ORDER BY 1"
        )
        self.assertEqual(
            [name for (name,) in columns], ["company_id", "hits", "key", "window_start"]
        )
        [(company_id, hits, start, xmin)] = self._sql(
            "SELECT company_id, hits, window_start, xmin FROM school_desk_crowd"
        )
        self.assertEqual(company_id, self.school.id)
        self.assertEqual((len(hits), sum(hits)), (desk_crowd.COUNTERS, 1))
        self.assertEqual((start.minute, start.second), (0, 0))
        self.env.cr.execute("SELECT DISTINCT xmin FROM school_ticket")
        self.assertNotIn((xmin,), self.env.cr.fetchall())

    def test_the_key_and_the_counters_go_with_the_hour(self):
        crowd = self.env["school.desk.crowd"]
        now = datetime(2030, 3, 4, 5, 40)
        for moment in (now, now + timedelta(minutes=10)):
            with demo_time(moment):
                self.assertTrue(crowd._take(self.school, FLOODER, 2))
        with demo_time(now):
            self.assertFalse(crowd._take(self.school, FLOODER, 2))
        self.patch(desk_crowd.secrets, "token_bytes", lambda size: b"n" * size)
        with demo_time(now + timedelta(minutes=20)):
            self.assertTrue(crowd._take(self.school, FLOODER, 2))
        [(key,)] = self._sql("SELECT key FROM school_desk_crowd")
        self.assertEqual(bytes(key), b"n" * 32)
        with demo_time(now + timedelta(minutes=80)):
            crowd._cron_forget()
        self.assertFalse(self._sql("SELECT key FROM school_desk_crowd"))

    def test_two_schools_do_not_count_together(self):
        crowd = self.env["school.desk.crowd"]
        self.assertTrue(crowd._take(self.school, FLOODER, 1))
        self.assertFalse(crowd._take(self.school, FLOODER, 1))
        self.assertTrue(crowd._take(self.other, FLOODER, 1))

    @mute_logger("odoo.addons.school_office_service_desk.models.desk_crowd")
    def test_at_the_ceiling_the_operator_is_told_once_and_by_nobody(self):
        self.school.school_desk_anonymous_posts = 1
        self._sign_in(self.teacher)
        self.token = self._csrf(self._get(self.url).text)
        mine = self._rows_of_uid(self.teacher.id)
        codes = [
            self._report_from(address).status_code
            for address in (FLOODER, NEIGHBOUR, FLOODER)
        ]
        self.assertEqual(codes, [200, 429, 429])
        notices = self.env["school.notice"].sudo().search([("kind", "=", "desk_crowd")])
        operators = self.env.ref("base.group_system").all_user_ids.filtered("active")
        self.assertEqual(notices.partner_id, operators.partner_id)
        self.assertEqual(len(notices), len(operators))
        self.assertTrue(all(notices.mapped("is_urgent")))
        self.assertEqual(self._rows_of_uid(self.teacher.id), mine)

    def test_what_a_visitor_sends_beyond_his_limit_is_none_of_the_schools(self):
        self.school.school_desk_visitor_posts = 1
        url = f"/desk/{self.slug}/general"
        data = {
            "csrf_token": self._csrf(self._get(url).text),
            "details": "The lamp is dark",
            "person": "Han Mei",
            "phone": "13800001234",
        }
        codes = [self._post_with(url, data).status_code for _try in range(4)]
        self.assertEqual(codes, [200, 429, 429, 429])
        hits = self.env["school.outside.act"].sudo().search([("kind", "=", "school")])
        self.assertEqual(len(hits), 1)
