"""The service desk from outside, told as stories in a real browser on a phone."""

import re

from odoo.tests import tagged

from odoo.addons.school_office_service_desk.tests.public_common import PublicCommon

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestDeskJourneys(PhoneMixin, PublicCommon):
    def test_a_parent_scans_a_door_and_rates_what_came_of_it(self):
        door = f"/q/{self.room.desk_token}"
        with self._phone() as phone:
            phone.open(door)
            phone.sees("Room 305")
            phone.fits()
            phone.tap("text=Repair of teaching equipment")
            phone.sees("What is broken?")
            phone.fits()
            phone.photograph("input[name=files]")
            phone.write("textarea[name=details]", "The projector stays dark")
            phone.tap("input[name=q_lesson][value=yes]")
            phone.write("input[name=person]", "Han Mei")
            phone.write("input[name=email]", "han@example.com")
            phone.tap("text=Send")
            phone.sees("We have it")
            phone.fits()
            number = phone.read(".d-number")
        ticket = self._tickets()[-1]
        self.assertEqual(ticket.number, number)
        self.assertEqual(ticket.place_id, self.room)
        self.assertEqual((ticket.channel, ticket.urgency), ("qr", "2"))
        picture = self.env["ir.attachment"].search(
            [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(picture.mimetype, "image/jpeg")  # made smaller on the phone
        self.assertEqual(ticket.handler_id, self.technician)

        # Somebody else comes by and does not write it all again.
        with self._phone() as phone:
            phone.open(door)
            phone.sees("Already reported here")
            phone.tap("text=Me too")
            phone.sees("You reported this too")
        self.assertEqual(ticket.voice_count, 1)

        # The technician takes it on the way, and writes down what he did.
        with self._phone(self.technician) as phone:
            phone.open(f"/odoo/tickets/{ticket.id}")
            phone.tap("button[name=action_take]")
            phone.tap("button[name=action_on_site]")
            phone.tap("button[name=action_solve]")
            phone.write(".modal [name=text] textarea", "A new lamp is in")
            phone.tap(".modal button[name=action_confirm]")
            self._closes(phone)
        self.assertEqual(ticket.state, "solved")
        self.assertTrue(ticket.on_site_at)

        # The parent opens the mail and taps the five.
        letters = self.env["school.ticket.letter"].search(
            [("ticket_id", "=", ticket.id), ("kind", "=", "solved")]
        )
        letters._send()
        body = self.env["mail.mail"].search([], order="id desc", limit=1).body_html
        tap = re.search(r'href="[^"]*(/desk/rate/[^"?]+\?score=5)"', body).group(1)
        with self._phone() as phone:
            phone.open(tap)
            phone.sees("Thank you")
            phone.write("textarea[name=word]", "Quick!")
            phone.tap("text=Send")
            phone.sees("Quick!")
            phone.fits()
        rating = ticket._rating_given()
        self.assertEqual((rating.rating, rating.feedback), (5, "Quick!"))

    def test_a_guest_answers_a_question_and_confirms(self):
        ticket = self._asked(email="han@example.com")
        ticket.with_user(self.agent)._ask("Which lamp is it?")
        with self._phone() as phone:
            phone.open(self._link(ticket))
            phone.sees("Which lamp is it?")
            phone.fits()
            phone.write("textarea[name=text]", "The one over the board")
            phone.tap("text=Send")
            phone.sees("The office has your message.")
        self.assertNotEqual(ticket.state, "waiting")
        ticket.with_user(self.agent)._solve("A new lamp is in")
        with self._phone() as phone:
            phone.open(self._link(ticket))
            phone.tap("text=Yes, it is done")
            phone.sees("The request is closed")
            phone.tap("button[name=score][value='4']")
            phone.sees("Thank you for your rating.")
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket._rating_given().rating, 4)

    def test_questions_appear_when_they_are_asked(self):
        service = self._service("lost_found")
        self.env["school.service.question"].create(
            {
                "service_id": service.id,
                "key": "stolen",
                "label": "Was it stolen?",
                "kind": "yes_no",
            }
        )
        first = service.question_ids.filtered(lambda q: q.key == "stolen")
        self.env["school.service.question"].create(
            {
                "service_id": service.id,
                "key": "police",
                "label": "Which police station?",
                "kind": "text",
                "required": True,
                "condition_question_id": first.id,
                "condition_value": "yes",
                "sequence": 99,
            }
        )
        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}/lost_found")
            phone.sees("Was it stolen?")
            phone._until(
                "return !document.body.innerText.includes('Which police station?');",
                "is asked at once",
            )
            phone.tap("input[name=q_stolen][value=yes]")
            phone.sees("Which police station?")
            phone.tap("input[name=q_stolen][value=no]")
            phone.tap("input[name=q_which][value=Lost]")
            phone.write("textarea[name=details]", "An umbrella")
            phone.write("input[name=person]", "Han Mei")
            phone.write("input[name=phone]", "13800001234")
            phone.tap("text=Send")
            phone.sees("We have it")
        self.assertEqual(
            self._tickets()[-1].answers, {"which": "Lost", "stolen": False}
        )

    def test_somebody_complains_without_a_name_and_comes_back(self):
        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}")
            phone.tap("text=Complaint")
            phone.tap("text=Without my name")
            phone.sees("Nobody learns who you are")
            phone.fits()
            kinds = self.env["school.complaint.type"].search(
                [("company_id", "=", self.school.id)], limit=1
            )
            phone.write("select[name=problem]", str(kinds.id))
            phone.write("textarea[name=details]", "The canteen is cold every day")
            phone.tap("text=Send without my name")
            phone.sees("nobody knows who you are")
            phone.fits()
            code = phone.read("#code")
        ticket = self._tickets()[-1]
        self.assertTrue(ticket.is_anonymous)

        # The coordination post reads it and asks.
        desk = ticket.with_user(self.clerk)
        desk.action_take()
        desk._ask("Which canteen, and at what time?")

        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}/code")
            phone.write("input[name=code]", code)
            phone.tap("text=Look It Up")
            phone.sees("Which canteen, and at what time?")
            phone.fits()
            phone.write("textarea[name=text]", "The small one, at noon")
            phone.tap("text=Send")
            phone.sees("The office has your message.")
            phone.sees("The small one, at noon")
        self.assertNotEqual(ticket.state, "waiting")

        desk.sudo()._set_solved("The heating of the small canteen works again")
        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}/code")
            phone.write("input[name=code]", code)
            phone.tap("text=Look It Up")
            phone.sees("The heating of the small canteen works again")
            phone.tap("button[name=score][value='5']")
            phone.sees("Thank you for your rating.")
            phone.fits()
        self.assertEqual(ticket._rating_given().rating, 5)
        self.assertFalse(ticket._rating_given().partner_id)

    def test_a_letter_without_a_name_gets_its_answer_and_is_rated(self):
        """Both sides by what they see: a phone outside, the web client within."""
        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}")
            phone.tap("text=Suggestion")
            phone.tap("text=Without my name")
            phone.sees("Nobody learns who you are")
            phone.write("textarea[name=details]", "A bench under the old tree")
            phone.fits()
            phone.tap("text=Send without my name")
            phone.sees("nobody knows who you are")
            code = phone.read("#code")
        ticket = self._tickets()[-1]
        self.assertTrue(ticket.is_anonymous)
        self.assertEqual(ticket.kind, "suggestion")

        with self._phone(self.clerk, size="1366x768") as desk:
            desk.open(f"/odoo/tickets/{ticket.id}")
            desk.tap("button[name=action_take]")
            desk.tap("button[name=action_ask]")
            desk.write(".modal [name=text] textarea", "For how many people?")
            desk.tap(".modal button[name=action_confirm]")
            self._closes(desk)
        self.assertEqual(ticket.state, "waiting")

        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}/code")
            # A sign was copied wrongly: the page says so and keeps nothing back.
            phone.write("input[name=code]", code[1] + code[0] + code[2:])
            phone.tap("text=Look It Up")
            phone.sees("typing error")
            phone.write("input[name=code]", code.lower())
            phone.tap("text=Look It Up")
            phone.sees("For how many people?")
            phone.write("textarea[name=text]", "For a whole class")
            phone.tap("text=Send")
            phone.sees("The office has your message.")
            phone.fits()

        with self._phone(self.clerk, size="1366x768") as desk:
            desk.open(f"/odoo/tickets/{ticket.id}")
            desk.tap("text=Words with the Reporter")
            desk.sees("For a whole class")
            desk.tap("button[name=action_solve]")
            desk.write(".modal [name=text] textarea", "Two benches come in May")
            desk.tap(".modal button[name=action_confirm]")
            self._closes(desk)
        self.assertEqual(ticket.state, "solved")

        with self._phone() as phone:
            phone.open(f"/desk/{self.slug}/code")
            phone.write("input[name=code]", code)
            phone.tap("text=Look It Up")
            phone.sees("Two benches come in May")
            phone.tap("button[name=score][value='4']")
            phone.sees("Thank you for your rating.")
            phone.fits()
        rating = ticket._rating_given()
        self.assertEqual(rating.rating, 4)
        self.assertFalse(rating.partner_id)

    def _closes(self, screen):
        screen._until(
            "return !document.querySelector('.modal');", "sees the dialog still"
        )
