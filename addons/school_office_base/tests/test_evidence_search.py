from odoo.tests import tagged

from .common import SchoolCommon
from .evidence_models import File, FileLine


@tagged("post_install", "-at_install")
class TestSearch(SchoolCommon):
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
        cls.flood = cls.File.create({"name": "关于做好2026年防汛工作的通知"})
        cls.fire = cls.File.create({"name": "关于消防演练的通知（ＡＢＣ－12）"})

    def _found(self, words, operator="ilike", user=None):
        Model = self.File.with_user(user) if user else self.File
        return Model.search([("search_text", operator, words)])

    def test_words_of_one_two_and_more_characters_are_found(self):
        for words in ("汛", "防汛", "防汛工作", "2026年", "02", "2026 防汛", "汛 关于"):
            with self.subTest(words=words):
                self.assertEqual(self._found(words), self.flood)

    def test_pairs_alone_are_not_enough(self):
        # Both pairs of 通知的 occur, but not together.
        self.assertFalse(self._found("工作好"))
        self.assertFalse(self._found("的通知的"))
        self.assertFalse(self._found("防火"))

    def test_width_case_and_blanks_do_not_matter(self):
        for words in ("abc-12", "ABC", "ａｂｃ　消防", " abc  12 ", "(abc"):
            with self.subTest(words=words):
                self.assertEqual(self._found(words), self.fire)

    def test_signs_of_like_are_only_signs(self):
        percent = self.File.create({"name": "完成率50%_下降\\文"})
        for words in ("50%", "%_下", "\\文", "50%_"):
            with self.subTest(words=words):
                self.assertEqual(self._found(words), percent)
        self.assertFalse(self._found("5%防"))
        for alone in ("%", "0%"):
            self.assertEqual(self._found(alone), percent)

    def test_nothing_typed_finds_everything(self):
        self.assertLessEqual(self.flood | self.fire, self._found("  "))

    def test_the_opposite_can_be_asked(self):
        found = self._found("防汛", "not ilike")
        self.assertIn(self.fire, found)
        self.assertNotIn(self.flood, found)

    def test_what_changes_is_found_at_once(self):
        self.flood.name = "关于运动会的通知"
        self.assertFalse(self._found("防汛"))
        self.assertEqual(self._found("运动会"), self.flood)

    def test_text_of_related_records_is_followed(self):
        partner = self.env["res.partner"].create({"name": "教育局"})
        self.fire.partner_id = partner
        self.assertEqual(self._found("教育"), self.fire)
        partner.name = "体育局"
        self.assertFalse(self._found("教育"))
        self.assertEqual(self._found("体育局"), self.fire)

    def test_files_are_found_by_name_and_text(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "附件一.txt",
                "raw": b"emergency plan",
                "res_model": self.fire._name,
                "res_id": self.fire.id,
            }
        )
        self.assertEqual(self._found("附件一"), self.fire)
        self.assertEqual(self._found("emergency"), self.fire)
        attachment.unlink()
        self.assertFalse(self._found("附件一"))

    def test_rules_hold(self):
        other = self.File.create({"name": "防汛", "company_id": self.other.id})
        self.assertEqual(self._found("防汛", user=self.stranger), other)
        self.assertEqual(self._found("防汛", user=self.teacher), self.flood)

    def test_nobody_reads_the_searched_text_itself(self):
        fields = self.flood.with_user(self.director).fields_get()
        self.assertNotIn("search_document", fields)
        self.assertNotIn("search_tokens", fields)

    def test_the_index_is_used(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.File._search([("search_text", "ilike", "防汛")])
        self.env.flush_all()
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("search_tokens_index", plan)

    def test_a_school_looks_through_its_own_rows_only(self):
        """The index is asked for the school, too: words of others cost nothing."""
        self.File.create({"name": "防汛", "company_id": self.other.id})
        files = self.File.with_user(self.teacher)
        query = files._search([("search_text", "ilike", "防汛")])
        code = self.env.cr.mogrify(query.select()).decode()
        self.assertIn(f"company:{self.school.id}'", code)
        self.assertNotIn(f"company:{self.other.id}'", code)

    def test_whoever_works_at_two_schools_finds_what_both_have(self):
        other = self.File.create({"name": "防汛", "company_id": self.other.id})
        both = self.school | self.other
        self.teacher.company_ids = both
        files = self.File.with_user(self.teacher)
        domain = [("search_text", "ilike", "防汛")]
        for schools, found in ((both, self.flood | other), (self.school, self.flood)):
            chosen = files.with_context(allowed_company_ids=schools.ids)
            self.assertEqual(chosen.search(domain), found)
        self.assertLessEqual(other, self._found("防汛"))

    def test_a_person_may_enter_what_only_the_server_searches(self):
        name = "防汛演练"
        file = self.File.with_user(self.teacher).create({"name": name})
        self.env.flush_all()
        self.assertEqual(self._found(name, user=self.teacher), file)

    def test_many_records_cost_as_many_queries_as_few(self):
        def cost(count):
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.File.create([{"name": f"通知 {n}"} for n in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        cost(1)
        self.assertLessEqual(cost(40), cost(4))
