from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Bookings whose hold on a room this transaction has changed
_CHANGED = "school.venue.changed"
# The most that one sentence names
NAMED = 5


class SchoolVenueBooking(models.Model):
    """Taking a room: first come, first served, and the others are told by whom.

    Whoever wants a room queues for it under an advisory lock on a second connection
    (``school.serial``), where he sees what was committed while his own snapshot grew
    old. So of twenty-four people who press the button together one gets the room, and
    twenty-three read who has it; nobody meets a serialization failure. The constraint
    ``_one_at_a_time`` has the last word.
    """

    _inherit = "school.venue.booking"

    def _check_free(self, vals=None):
        """Refuse, by naming who was first, what these bookings are about to take.

        Called before they hold it. A constant number of queries for any number of
        bookings.

        :param vals: what is about to be written, where they move
        """
        wanted = self._wanted(vals or {})
        if not wanted:
            return
        venues = self.env["school.venue"].browse({row[1] for row in wanted})
        self._release_absent(venues)
        taken = self._taken_rows(wanted)
        if taken:
            raise UserError(self._taken_text(taken))
        wanted.sort(key=lambda row: row[1:])
        for one, next_one in zip(wanted, wanted[1:], strict=False):
            if one[1] == next_one[1] and next_one[2] < one[3]:
                raise UserError(
                    self.env._(
                        "Two of these bookings want %(venue)s at the same time.",
                        venue=self.env["school.venue"].browse(one[1]).sudo().name,
                    )
                )

    def _wanted(self, vals):
        """``[(booking id, room id, block start, block stop), …]``."""
        to_datetime = fields.Datetime.to_datetime
        wanted = []
        for booking in self.sudo():
            venue = booking.venue_id
            if vals.get("venue_id"):
                venue = venue.browse(vals["venue_id"])
            start = to_datetime(vals.get("start")) or booking.start
            stop = to_datetime(vals.get("stop")) or booking.stop
            if venue and start and stop and start < stop:
                wanted.append((booking.id, venue.id, *venue._blocks(start, stop)))
        return wanted

    def _taken_rows(self, wanted, queue=True):
        """Return ``{id: [row, …]}`` of what keeps these from their rooms.

        A row is ``(id, booking id, start, stop, block stop, restricted, person,
        department id, rank)``, as the others committed it by now; of what this
        transaction itself has changed, as it is here.

        :param queue: queue for the rooms; not for a mere look
        """
        if not wanted:
            return {}
        query = SQL(
            """SELECT w.id, b.id, b.start, b.stop, b.block_stop,
                      b.is_restricted IS TRUE, p.name, b.department_id, b.rank_sequence
                 FROM unnest(%s::int[], %s::int[], %s::timestamp[], %s::timestamp[])
                      AS w(id, venue_id, block_start, block_stop)
                 JOIN school_venue_booking b
                   ON int4range(b.venue_id, b.venue_id, '[]')
                      && int4range(w.venue_id, w.venue_id, '[]')
                  AND tsrange(b.block_start, b.block_stop, '[)')
                      && tsrange(w.block_start, w.block_stop, '[)')
                  AND b.holds_slot IS TRUE AND b.id <> ALL(%s)
            LEFT JOIN res_users u ON u.id = b.user_id
            LEFT JOIN res_partner p ON p.id = u.partner_id""",
            *(list(column) for column in zip(*wanted, strict=True)),
            self.ids,
        )
        self.env["school.venue.booking"].flush_model()
        rows, found = [], {}
        # While the addon is installed its tables exist in this transaction only.
        if queue and self.pool.ready:
            changed = self.env.cr.precommit.data.get(_CHANGED, ())
            rooms = sorted({row[1] for row in wanted})
            side = self.env["school.serial"]._lock(*(f"venue:{room}" for room in rooms))
            rows = [row for row in side.rows(query) if row[1] not in changed]
        for row in rows + self.env.execute_query(query):
            found.setdefault(row[0], {})[row[1]] = row
        return {key: list(others.values()) for key, others in found.items()}

    def _note_change(self):
        """From now on this transaction knows better than others about these."""
        self.env.cr.precommit.data.setdefault(_CHANGED, set()).update(self.ids)

    def _taken_text(self, taken):
        """Who was first: one sentence for each, and no secret."""
        bookings = {booking.id: booking for booking in self.sudo()}
        sentences = []
        for booking_id, rows in taken.items():
            for row in sorted(rows, key=lambda row: row[2]):
                sentences.append(self._row_sentence(bookings[booking_id], row))
        shown = sentences[:NAMED]
        if len(sentences) > NAMED:
            shown.append("…")
        return "\n".join(shown)

    def _row_sentence(self, booking, row):
        __, __, start, stop, free_from, restricted, person, department, __ = row
        names = self.env["hr.department"].sudo().browse(department or ())
        return self._taken_by(
            booking.venue_id.name,
            booking.company_id,
            start,
            stop,
            free_from,
            None if restricted else person,
            None if restricted else names.name,
        )

    def _release_absent(self, venues):
        """Whoever wants a room now gets it, if nobody came for it (MTG-34)."""
        self.sudo().search(
            [
                ("venue_id", "in", venues.ids),
                ("state", "=", "confirmed"),
                ("no_show_at", "<=", fields.Datetime.now()),
                ("id", "not in", self.ids),
            ]
        )._release_no_show()
