import random
from datetime import date, timedelta
from itertools import product

from odoo.tests import BaseCase, tagged

from ..tools.subject import best, find_date, normal, parse

TODAY = date(2026, 3, 2)
DEPARTMENTS = ["教务处", "总务处", "Academic Affairs", "Logistics", "德育处"]
MATTERS = ["教室借用", "打印机卡纸", "room loan", "COVID-19 notice", "e-mail broken"]
HAN = "〇一二三四五六七八九"


def _han(number):
    """A number up to 31 as it is written in Chinese dates."""
    tens, ones = divmod(number, 10)
    return (
        ("" if tens < 2 else HAN[tens])
        + ("十" if tens else "")
        + (HAN[ones] if ones or not tens else "")
    )


SHAPES = (
    lambda d: d.strftime("%Y%m%d"),
    lambda d: d.strftime("%Y-%m-%d"),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year % 100}年{d.month}月{d.day}号",
    lambda d: (
        f"{''.join(HAN[int(c)] for c in str(d.year))}年{_han(d.month)}月{_han(d.day)}日"
    ),
    lambda d: d.strftime("%d %B %Y"),
    lambda d: d.strftime("%B %d, %Y"),
    lambda d: d.strftime("%d-%b-%Y"),
    lambda d: f"{d.year}年 {d.month} 月 {d.day} 日",
)
DASHES = ["-", "－", "—", "–", " - ", "——", "_", "|"]
BRACKETS = [("", ""), ("[", "]"), ("【", "】"), ("［", "］"), ("〔", "〕")]


def _full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)


@tagged("post_install", "-at_install")
class TestSubject(BaseCase):
    def test_the_published_form_is_read_however_it_is_typed(self):
        dice = random.Random(4)
        for dash, (opening, closing), shape in product(DASHES, BRACKETS, SHAPES):
            day = date(2026, 1, 1) + timedelta(days=dice.randrange(365))
            department, matter = dice.choice(DEPARTMENTS), dice.choice(MATTERS)
            fields = [department, matter, shape(day)]
            if dice.random() < 0.3:
                fields[2] = _full_width(fields[2])
            text = dash.join(f"{opening}{field}{closing}" for field in fields)
            with self.subTest(text=text):
                found = parse(text, TODAY, DEPARTMENTS)
                self.assertEqual(found.department, department)
                self.assertEqual(found.day, day)
                self.assertEqual(found.form, "service")
                self.assertEqual(found.matter.replace(" ", ""), matter.replace(" ", ""))

    def test_the_order_does_not_matter_when_the_department_is_known(self):
        for text in (
            "20260305-教室借用-教务处",
            "教室借用-教务处-20260305",
            "教务处借用教室 20260305",
        ):
            with self.subTest(text=text):
                found = parse(text, TODAY, DEPARTMENTS)
                self.assertEqual(found.department, "教务处")
                self.assertEqual(found.day, date(2026, 3, 5))
                self.assertTrue(found.is_right)

    def test_a_department_unknown_to_the_school_is_taken_as_written(self):
        found = parse("Science-lab repair-20260305", TODAY, DEPARTMENTS)
        self.assertEqual((found.department, found.matter), ("Science", "lab repair"))

    def test_coordination_names_matter_department_and_contact(self):
        for text, contact in (
            ("借用礼堂（教务处，张老师 13800138000）", "张老师"),
            ("借用礼堂 教务处 联系人：张三 电话：13800138000", "张三"),
            ("借用礼堂-教务处-张三 13800138000", "张三"),
            ("借用礼堂/教务处/联系人 张三/13800138000", "张三"),
        ):
            if " 教务处 " not in text:
                # Set apart by signs it is found even if the school has not entered it.
                self.assertEqual(parse(text, TODAY).department, "教务处", text)
            with self.subTest(text=text):
                found = parse(text, TODAY, DEPARTMENTS)
                self.assertEqual(found.form, "coordination")
                self.assertEqual(found.department, "教务处")
                self.assertEqual(found.phone, "13800138000")
                self.assertEqual(found.contact, contact)
                self.assertIn("借用礼堂", found.matter)

    def test_answers_and_marks_of_mail_servers_are_left_out(self):
        for mark in ("Re: ", "回复：", "RE: 转发: ", "[External] ", "Fwd: 答复："):
            with self.subTest(mark=mark):
                found = parse(f"{mark}教务处-教室借用-20260305", TODAY, DEPARTMENTS)
                self.assertEqual(found.matter, "教室借用")

    def test_a_wrong_subject_is_kept_whole(self):
        for text in ("复印", "我们要复印一份文件", "A-B-20261345", "3-4-5", "help!!"):
            with self.subTest(text=text):
                found = parse(text, TODAY, DEPARTMENTS)
                self.assertFalse(found.is_right)
                self.assertEqual(found.matter, normal(text))

    def test_a_date_without_a_year_is_the_nearest(self):
        for today, text, expected in (
            (date(2026, 3, 2), "3月5日", date(2026, 3, 5)),
            (date(2026, 1, 4), "12月28日", date(2025, 12, 28)),
            (date(2026, 12, 30), "1月4日", date(2027, 1, 4)),
            (date(2026, 3, 2), "5 March", date(2026, 3, 5)),
            (date(2026, 3, 2), "tomorrow", date(2026, 3, 3)),
            (date(2026, 3, 2), "大后天", date(2026, 3, 5)),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_date(normal(text), today)[0], expected)

    def test_what_is_no_date_is_none(self):
        for text in ("20261345", "2026-02-30", "13800138000", "05-03-2026", "1.5"):
            with self.subTest(text=text):
                self.assertIsNone(find_date(text, TODAY))

    def test_no_subject_whatever_stops_the_parser(self):
        dice = random.Random(19)
        pieces = [
            *"[]【】（）()-－—_/|,，.:：年月日十〇\x00\t\n 一二三",
            *("20260305", "教务处", "2026", "march", "13800138000", "a@b.cn", "联系人"),
            *(
                "Re:",
                "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
            ),
        ]
        for _round in range(1500):
            text = "".join(dice.choices(pieces, k=dice.randrange(0, 30)))
            found = parse(text, TODAY, DEPARTMENTS)
            if found.is_right:
                self.assertTrue(found.department and found.matter)
            self.assertEqual(parse(text, TODAY, DEPARTMENTS), found)
        parse("[" * 5000 + "-" * 5000, TODAY, DEPARTMENTS)
        parse("1-" * 3000, TODAY, DEPARTMENTS)

    def test_a_service_is_chosen_only_when_it_is_sure(self):
        names = {
            1: ["打印复印", "复印"],
            2: ["教室借用", "room loan"],
            3: ["会议室借用"],
        }
        self.assertEqual(best("复印", names), 1)
        self.assertEqual(best("ROOM LOAN", names), 2)
        self.assertEqual(best("借三楼会议室借用", names), 3)
        self.assertEqual(best("复印20份", names), 1)
        self.assertEqual(best("会议室", names), 3)
        self.assertIsNone(best("借用", names))
        self.assertIsNone(best("help", {1: ["Help with rooms and meetings"]}))
        self.assertIsNone(best("完全不同", names))
        self.assertIsNone(best("", names))
