"""When the reminders of a time limit are due.

Pure Python, as ``clock_replay.py``: each clock that starts asks every step of its
limit, and what a published step says never changes.
"""

from typing import NamedTuple

from .worktime import DAY_UNITS


class Step(NamedTuple):
    """A reminder or an escalation, as far as its time goes."""

    id: int
    moment: str
    amount: float
    unit: str
    repeat: bool
    repeat_limit: int

    def times(self, worktime, view, any_hour):
        """Yield ``(occurrence, instant)`` at which this step is due for a projection.

        Steps in days fall on the opening of service, when people can act on them.
        Unless the policy says otherwise, an instant outside service waits for the next
        opening.
        """
        for occurrence, moment in self.raw_times(worktime, view):
            yield occurrence, moment if any_hour else worktime.next_open(moment)

    def raw_times(self, worktime, view):
        """As :meth:`times`, also outside service."""
        deadline = view.deadline_at
        if self.moment == "start":
            yield 1, worktime.add(view.started_at, self.amount, self.unit, edge="open")
        if not deadline:
            return
        if self.moment == "before":
            moment = worktime.add(deadline, -self.amount, self.unit, edge="open")
            if moment > view.started_at:
                yield 1, moment
        elif self.moment == "due":
            moment = deadline
            if view.unit in (*DAY_UNITS, "date"):
                # A day's deadline is its end: say so while there is time.
                moment = worktime.add(deadline, 0, "working_day", edge="open")
                moment = min(deadline, max(moment, view.started_at))
            yield 1, moment
        elif self.moment == "after":
            for occurrence in range(1, (self.repeat_limit or 1) + 1):
                yield (
                    occurrence,
                    worktime.add(
                        deadline, occurrence * self.amount, self.unit, edge="open"
                    ),
                )
                if not self.repeat:
                    return
