from odoo.tests import BaseCase

from ..tools.flow_chart import layout, text_width, wrap


def step(number, who="Clerk", **values):
    return {"number": number, "name": f"Step {number}", "who": who, **values}


class TestFlowChart(BaseCase):
    def test_a_chinese_character_is_as_wide_as_two_latin_ones(self):
        self.assertEqual(text_width("收文ab"), 6)

    def test_lines_fit_and_lose_nothing_while_there_is_room(self):
        for text in (
            "登记收到的文件并核对附件份数",
            "Register every letter the same day",
        ):
            lines = wrap(text, 12, 9)
            self.assertTrue(all(text_width(line) <= 12 for line in lines), lines)
            self.assertEqual("".join(lines).replace(" ", ""), text.replace(" ", ""))

    def test_what_does_not_fit_ends_with_an_ellipsis(self):
        lines = wrap("一二三四五六七八九十" * 5, 10, 2)
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[-1].endswith("…"))
        self.assertLessEqual(text_width(lines[-1]), 10)

    def test_latin_words_stay_whole(self):
        self.assertEqual(wrap("proposed opinion", 10), ["proposed", "opinion"])

    def test_each_person_has_a_lane_on_the_desk_and_one_column_on_the_phone(self):
        steps = [step(1), step(2, "Director"), step(3)]
        wide, narrow = layout(steps), layout(steps, narrow=True)
        self.assertEqual(len(wide["lanes"]), 2)
        centers = [node["center"] for node in wide["nodes"][1:-1]]
        self.assertEqual(centers[0], centers[2])
        self.assertNotEqual(centers[0], centers[1])
        self.assertFalse(narrow["lanes"])
        self.assertEqual(len({node["center"] for node in narrow["nodes"]}), 1)

    def test_too_many_people_for_lanes_give_one_column(self):
        chart = layout([step(n, f"Person {n}") for n in range(1, 8)])
        self.assertFalse(chart["lanes"])
        texts = [line["text"] for line in chart["nodes"][1]["lines"]]
        self.assertIn("Person 1", texts)

    def test_nothing_overlaps_and_everything_lies_inside(self):
        steps = [
            step(n, f"P{n % 3}", time="within 2 hours", check=n % 2, otherwise="back")
            for n in range(1, 9)
        ]
        for narrow in (False, True):
            chart = layout(steps, narrow=narrow, start="Start", end="End")
            nodes = chart["nodes"]
            for above, below in zip(nodes, nodes[1:], strict=False):
                self.assertLess(above["y"] + above["height"], below["y"])
            for node in nodes:
                self.assertGreaterEqual(node["x"], 0)
                self.assertLessEqual(node["x"] + node["width"], chart["width"])
                self.assertLessEqual(node["y"] + node["height"], chart["height"])
            self.assertEqual(len(chart["arrows"]), len(nodes) - 1)

    def test_a_check_has_another_shape_and_the_slowest_is_marked(self):
        nodes = layout([step(1), step(2, check=True, slowest=True)])["nodes"]
        self.assertEqual([n["shape"] for n in nodes], ["start", "box", "check", "end"])
        self.assertEqual([n["slowest"] for n in nodes], [False, False, True, False])
        self.assertTrue(nodes[2]["points"])

    def test_no_steps_give_an_empty_way(self):
        self.assertEqual(len(layout([])["nodes"]), 2)
