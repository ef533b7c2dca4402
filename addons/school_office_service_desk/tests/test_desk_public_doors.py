from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .public_common import PNG, PublicCommon


@tagged("post_install", "-at_install")
class TestDeskPublicDoors(PublicCommon):
    def _report(self, service="repair_equipment", door=None, **data):
        before = self._tickets()
        token = (door or self.room).sudo().desk_token
        answer = self._post(
            f"/q/{token}/{service}",
            {
                "details": "The projector stays dark",
                "person": "Han Mei",
                "phone": "13800001234",
                **data,
            },
        )
        self.assertEqual(answer.status_code, 200, answer.text[:2000])
        return self._tickets() - before

    def test_the_code_knows_school_place_and_device(self):
        page = self._get(f"/q/{self.room.desk_token}")
        self.assertIn("Room 305", page.text)
        self.assertIn(self.school.name, page.text)
        ticket = self._report()
        self.assertEqual(ticket.place_id, self.room)
        self.assertEqual(ticket.channel, "qr")
        ticket = self._report(door=self.device)
        self.assertEqual(ticket.equipment_id, self.device)
        # A device offers what mends it, nothing else.
        page = self._get(f"/q/{self.device.desk_token}/certificate")
        self.assertEqual(page.status_code, 404)

    def test_the_place_cannot_be_talked_away(self):
        other = self.env["school.place"].create(
            {"name": "Room 1", "kind": "room", "company_id": self.school.id}
        )
        ticket = self._report(place=str(other.id), place_id=str(other.id))
        self.assertEqual(ticket.place_id, self.room)

    def test_who_stands_there_and_says_danger_makes_it_red(self):
        ticket = self._report("repair_building", q_danger="yes")
        self.assertEqual(ticket.urgency, "2")
        answer = self._post(
            f"/desk/{self.slug}/repair_building",
            {
                "details": "Water",
                "place": str(self.room.id),
                "q_danger": "yes",
                "person": "Han Mei",
                "phone": "13800001234",
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._tickets()[-1].urgency, "1")

    def test_what_is_reported_is_shown_without_a_word_of_the_reporter(self):
        ticket = self._report(details="Teacher Wang broke it", person="Han Mei")
        page = self._get(f"/q/{self.room.desk_token}")
        self.assertIn("Already reported here", page.text)
        self.assertIn("just now", page.text)
        for secret in ("Wang", "Han Mei", "13800001234", ticket.number):
            self.assertNotIn(secret, page.text)

    def test_a_complaint_about_a_room_is_not_shown_at_its_door(self):
        self._incoming("complaint", place_id=self.room.id)
        self._incoming("suggestion", place_id=self.room.id)
        page = self._get(f"/q/{self.room.desk_token}")
        self.assertNotIn("Already reported here", page.text)

    def test_one_voice_per_visitor(self):
        ticket = self._report()
        door = f"/q/{self.room.desk_token}"
        path = f"{door}/voice/{ticket.id}"
        self._post(path, page=door)
        self.assertEqual(ticket.voice_count, 1)
        answer = self._post(path, page=f"{door}/repair_equipment")
        self.assertIn("already", answer.text)
        self.assertEqual(ticket.voice_count, 1)
        self.authenticate(None, None)
        answer = self._post(path, page=door)
        self.assertIn("You reported this too", answer.text)
        self.assertEqual(ticket.voice_count, 2)
        self._sign_in(self.parent)
        self._post(path, page=door)
        self.authenticate(None, None)
        self._sign_in(self.parent)
        self._post(path, page=f"{door}/repair_equipment")
        self.assertEqual(ticket.voice_count, 3)

    def test_a_voice_counts_only_for_what_is_reported_at_that_door(self):
        ticket = self._incoming("complaint", place_id=self.room.id)
        elsewhere = self._incoming("repair_equipment")
        foreign = self._incoming("repair_equipment", school=self.other)
        door = f"/q/{self.room.desk_token}"
        for other in (ticket, elsewhere, foreign):
            answer = self._post(
                f"{door}/voice/{other.id}", page=f"{door}/repair_equipment"
            )
            self.assertEqual(answer.status_code, 404)
            self.assertEqual(other.voice_count, 0)

    def test_an_old_code_leads_nowhere_and_looks_like_one_that_never_was(self):
        old = self.room.desk_token
        self.room.with_user(self.director).action_renew_desk_code()
        gone = self._get(f"/q/{old}")
        never = self._get("/q/p" + "a" * 16)
        self.assertEqual((gone.status_code, never.status_code), (404, 404))
        self.assertEqual(
            gone.text.replace(old, ""), never.text.replace("p" + "a" * 16, "")
        )
        self.assertEqual(self._get(f"/q/{self.room.desk_token}").status_code, 200)
        self.room.active = False
        self.assertEqual(self._get(f"/q/{self.room.desk_token}").status_code, 404)

    def test_codes_are_drawn_printed_and_replaced_by_the_desk_alone(self):
        with self.assertRaises(AccessError):
            self.room.with_user(self.teacher).action_print_desk_labels()
        with self.assertRaises(AccessError):
            self.room.with_user(self.agent).action_renew_desk_code()
        with self.assertRaises(AccessError):
            self.room.with_user(self.stranger).action_print_desk_labels()
        with self.assertRaises(AccessError):
            self.room.with_user(self.admin).write({"desk_token": "pmine"})
        with self.assertRaises(AccessError):
            self.room.with_user(self.teacher).read(["desk_token"])
        free = self.env["maintenance.equipment"].create(
            {"name": "Nobody's", "company_id": False}
        )
        with self.assertRaises(UserError):
            free.action_print_desk_labels()

    def test_labels_carry_school_place_and_code(self):
        rooms = self.env["school.place"].create(
            [
                {
                    "name": f"Room <b>{index}",
                    "kind": "room",
                    "company_id": self.school.id,
                }
                for index in range(9)
            ]
        )
        action = rooms.with_user(self.agent).action_print_desk_labels()
        self.assertEqual(action["type"], "ir.actions.report")
        self.assertTrue(all(room.desk_token for room in rooms.sudo()))
        html = (
            self.env["ir.actions.report"]
            .with_user(self.agent)
            ._render_qweb_html("school_office_service_desk.place_labels", rooms.ids)[0]
            .decode()
        )
        self.assertEqual(html.count("data:image/png;base64,"), 9)
        self.assertEqual(html.count('o_desk_labels"'), 2)
        self.assertIn("Room &lt;b&gt;3", html)
        self.assertIn(f"/q/{rooms[0].sudo().desk_token}", html)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.teacher)._render_qweb_html(
                "school_office_service_desk.place_labels", rooms.ids
            )
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.stranger)._render_qweb_html(
                "school_office_service_desk.place_labels", rooms.ids
            )

    def test_a_photograph_goes_with_a_report_from_the_door(self):
        answer = self._post(
            f"/q/{self.room.desk_token}/repair_equipment",
            {"details": "Dark", "person": "Han Mei", "phone": "13800001234"},
            {"files": ("dark.png", PNG, "image/png")},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", "school.ticket"),
                    ("res_id", "=", self._tickets()[-1].id),
                ]
            ),
            1,
        )

    def test_a_device_says_whether_it_is_under_warranty(self):
        self.device.warranty_date = fields.Date.add(fields.Date.today(), days=90)
        self.assertIn("Under warranty", self._get(f"/q/{self.device.desk_token}").text)
