import json
from itertools import pairwise

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.school_office_service_desk.tests.common import DeskCommon


@tagged("post_install", "-at_install")
class TestDeskDashboard(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(
            "school_office_service_desk_dashboard.dashboard_desk"
        )
        cls.sheet = json.loads(cls.dashboard.spreadsheet_data)

    def _sources(self):
        """Every question the dashboard asks: (model, domain, group by, measures)."""
        for pivot in self.sheet["pivots"].values():
            yield (
                pivot["model"],
                pivot["domain"],
                [row["fieldName"] for row in pivot["rows"]],
                [measure["id"] for measure in pivot["measures"]],
            )
        for sheet in self.sheet["sheets"]:
            for figure in sheet["figures"]:
                data = figure["data"]
                if data["type"].startswith("odoo_"):
                    meta = data["metaData"]
                    yield (
                        meta["resModel"],
                        data["searchParams"]["domain"],
                        meta["groupBy"],
                        [meta["measure"]],
                    )

    def test_every_question_of_the_dashboard_has_an_answer(self):
        self._ask()
        questions = list(self._sources())
        self.assertGreater(len(questions), 10)
        for model, domain, groupby, measures in questions:
            with self.subTest(model=model, groupby=groupby):
                rows = (
                    self.env[model]
                    .with_user(self.director)
                    .formatted_read_group(domain, groupby, measures)
                )
                if model == "school.ticket" and groupby == ["service_id"]:
                    self.assertEqual(rows[0]["__count"], 1)

    def test_weeks_follow_one_another(self):
        charts = [
            figure["data"]["metaData"]
            for figure in self.sheet["sheets"][0]["figures"]
            if figure["data"]["type"].startswith("odoo_")
        ]
        weekly = [meta for meta in charts if meta["groupBy"][0].endswith(":week")]
        self.assertTrue(weekly)
        for meta in weekly:
            self.assertFalse(meta["order"], "sorted by the measure")

    def test_no_figure_covers_another(self):
        sheet = self.sheet["sheets"][0]
        sizes = [sheet["cols"][str(number)]["size"] for number in range(7)]
        rows = {}
        for figure in sheet["figures"]:
            left = sum(sizes[: figure["col"]]) + figure["offset"]["x"]
            rows.setdefault(figure["row"], []).append((left, left + figure["width"]))
        for spans in rows.values():
            spans.sort()
            for (_left, right), (left, _right) in pairwise(spans):
                self.assertLessEqual(right, left)
            self.assertLessEqual(spans[-1][1], sum(sizes))

    def test_filters_reach_every_question(self):
        filters = {row["id"] for row in self.sheet["globalFilters"]}
        for pivot in self.sheet["pivots"].values():
            self.assertEqual(set(pivot["fieldMatching"]), filters)
            for chain in pivot["fieldMatching"].values():
                if chain:
                    self.assertIn(chain["chain"], self.env[pivot["model"]]._fields)

    def test_a_school_sees_its_own_requests_in_it(self):
        self._incoming(count=3)
        domain = self.sheet["pivots"]["1"]["domain"]
        count = self.Ticket.with_user(self.director).search_count(domain)
        self.assertEqual(count, 3)
        self.assertEqual(self.Ticket.with_user(self.stranger).search_count(domain), 0)

    def test_it_is_for_the_desk_manager(self):
        self.assertTrue(self.dashboard.with_user(self.director).has_access("read"))
        with self.assertRaises(AccessError):
            self.dashboard.with_user(self.teacher).read(["name"])

    def test_it_holds_no_figures_of_its_own(self):
        for sheet in self.sheet["sheets"]:
            for place, content in sheet["cells"].items():
                with self.subTest(cell=place):
                    self.assertFalse(str(content).replace(".", "").isdigit())
