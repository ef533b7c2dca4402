"""Rooms in use in the neighbour school, for the tests that span addons.

By the methods its people call; whatever they write carries ``cls.marker``.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time


class MeetingsVenuesAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _use_rooms(cls, school, clerk):
        """Rooms are booked, taken over, used, reviewed and lent in ``school``."""
        open_always = {
            "company_id": school.id,
            "approval": "none",
            "lead_rule": "none",
            "keeps_holidays": False,
        }
        Venue = cls.env["school.venue"].with_user(clerk)
        feature = (
            cls.env["school.venue.feature"]
            .with_user(clerk)
            .create({"name": f"{cls.marker} feature", "company_id": school.id})
        )
        room = Venue.create(
            {
                **open_always,
                "name": f"{cls.marker} room",
                "house_rules": f"{cls.marker} rules",
                "note": f"{cls.marker} note",
                "feature_ids": [Command.set(feature.ids)],
            }
        )
        room.hours_ids.write({"hour_from": 0, "hour_to": 24})
        room.hours_ids[:1].copy({"weekday": "5"})
        room.hours_ids[:1].copy({"weekday": "6"})
        room._draw_door_codes()
        pool = Venue.create(
            {
                **open_always,
                "name": f"{cls.marker} tablet",
                "kind": "equipment",
                "is_pool": True,
            }
        )
        pool.hours_ids.unlink()
        cls.env["school.venue.units"].with_user(clerk).create(
            {"pool_id": pool.id, "count": 2}
        ).action_add()
        cls._clash_over(room, clerk, school)
        cls._lend_from(pool, clerk)
        cls._book_every_week(room, clerk)

    @classmethod
    def _wish(cls, room, clerk, hours, **vals):
        start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        start += timedelta(hours=hours)
        return (
            cls.env["school.venue.booking"]
            .with_user(clerk)
            .create(
                {
                    "venue_id": room.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "purpose": f"{cls.marker} purpose",
                    "equipment_needed": f"{cls.marker} needs",
                    "note": f"{cls.marker} note",
                    "rules_accepted": True,
                    **vals,
                }
            )
        )

    @classmethod
    def _clash_over(cls, room, clerk, school):
        """Somebody has to give way; who stays uses the room and says how it was."""
        rank = cls.env["school.venue.rank"]._find(school, "teaching")
        loser = cls._wish(room, clerk, 30)
        loser.action_request()
        winner = cls._wish(room, clerk, 30, rank_id=rank.id)
        winner._displace(f"{cls.marker} reason")
        winner._prepared("fault", f"{cls.marker} fault")
        with freeze_time(winner.start):
            winner.action_check_in()
        with freeze_time(winner.stop - timedelta(minutes=10)):
            winner._finish()
            winner._hand_over(True, True, False, f"{cls.marker} left")
            feedback = (
                cls.env["school.venue.feedback"]
                .with_user(clerk)
                .create(
                    {
                        "booking_id": winner.id,
                        "use_made": f"{cls.marker} use",
                        "problems": f"{cls.marker} problems",
                        "suggestions": f"{cls.marker} suggestions",
                    }
                )
            )
            feedback.measure = f"{cls.marker} measure"
            feedback.action_review()

    @classmethod
    def _lend_from(cls, pool, clerk):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=1)
        series = (
            cls.env["school.venue.series"]
            # Somebody else than the keeper: what he keeps he need not borrow.
            .with_user(cls.heron_mender)
            ._book_units(
                pool,
                1,
                {
                    "start": start,
                    "stop": start + timedelta(hours=2),
                    "purpose": f"{cls.marker} lesson",
                    "rules_accepted": True,
                },
            )
        )
        with freeze_time(start):
            series.booking_ids.with_user(clerk).action_lend()

    @classmethod
    def _book_every_week(cls, room, clerk):
        today = clerk.company_id._school_date()
        series = (
            cls.env["school.venue.series"]
            .with_user(clerk)
            .create(
                {
                    "venue_id": room.id,
                    "purpose": f"{cls.marker} club",
                    "date_from": today + timedelta(days=3),
                    "date_to": today + timedelta(days=30),
                    "weekday": "2",
                    "hour_from": 5,
                    "hour_to": 6,
                    "rules_accepted": True,
                }
            )
        )
        series.action_check()
        series.action_book()
