"""What a clock shows, told from its events alone.

Pure Python: :func:`replay` takes the facts of one cycle in order and the working time
of the school and returns the projection. The same function serves when a record
changes, when a calendar changes and when a projection is checked against its events, so
that the three cannot disagree.

Times run in *segments*, intervals and not counters: a pause, a change of the time limit
or a calendar that is corrected later re-measures the same segments, so nothing can be
lost.
"""

from dataclasses import dataclass, field
from datetime import datetime

from .worktime import WorkTimeError

STARTING = "start"
PAUSING = "pause"
RESUMING = "resume"
STOPPING = "stop"
CANCELLING = "cancel"
TARGETING = "target"
HOLDING = "holder"


@dataclass
class Projection:
    """State of one cycle after its last event, as far as ``until`` was looked at."""

    state: str = "running"
    started_at: datetime = None
    counted_from: datetime = None
    running_since: datetime = None
    ended_at: datetime = None
    deadline_at: datetime = None
    missed_at: datetime = None
    met_at: datetime = None
    elapsed: int = 0
    unit: str = None
    amount: float = 0.0
    problem: str = ""
    target: dict = field(default_factory=dict)
    holder: dict = None
    segments: list = field(default_factory=list)
    holds: list = field(default_factory=list)


def parse(text):
    """A datetime as Odoo writes it."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S") if text else None


def replay(events, worktime, until=None):
    """Return the :class:`Projection` of ``events``.

    :param events: ``(kind, at, data)`` of one cycle in the order they were recorded
    :param worktime: the :class:`~.worktime.WorkTime` under which the cycle counts
    :param until: a deadline before this instant has been missed, at that exact deadline

    A new target counts from the start with all pauses kept, but not before it was set:
    a shorter limit is missed at the earliest when it was imposed. A longer one granted
    after the deadline does not undo the miss: nothing had been done by the deadline
    then in force, that is a fact, and the extension is a decision which counts from its
    own time on (the work is late no more, and was late once). A corrected calendar is
    no decision but a correction: the deadline never was the one that seemed to pass, so
    the replay finds no miss. And what was done in time and entered late, by the time on
    the paper, was done in time.
    """
    cycle = _Cycle(worktime)
    for kind, at, data in events:
        cycle.look(at)
        _APPLY[kind](cycle, at, data)
        if cycle.view.state in ("running", "paused"):
            cycle.aim()
    return cycle.finish(until)


class _Cycle:
    """The state of a replay; one method per kind of event."""

    def __init__(self, worktime):
        self.worktime = worktime
        self.view = Projection()
        self.target = {}
        self.floor = None
        self.carried = []
        self.held = []
        self.held_since = None

    def look(self, at):
        """Note the miss if the deadline passed before ``at``."""
        view = self.view
        if view.missed_at is None and view.deadline_at and view.deadline_at < at:
            view.missed_at = view.deadline_at

    def aim(self):
        """Set the deadline from what has been used so far."""
        view = self.view
        view.deadline_at = None
        if view.running_since is None:
            return
        try:
            view.deadline_at = _deadline(self.worktime, self.target, self.carried, view)
            view.problem = ""
        except WorkTimeError as error:
            view.problem = error.code
        if view.deadline_at and self.floor and view.deadline_at < self.floor:
            view.deadline_at = self.floor

    def start(self, at, data):
        view = self.view
        view.started_at = view.running_since = self.held_since = at
        view.holder = data.get("holder")
        self.target = data["target"]
        self.carried = [(parse(a), parse(b)) for a, b in data.get("segments", ())]

    def pause(self, at, _data):
        if self.view.state == "running":
            self._close_segment(at)
            self.view.state = "paused"

    def resume(self, at, _data):
        if self.view.state == "paused":
            self.view.running_since = self.held_since = at
            self.view.state = "running"

    def target_changed(self, at, data):
        self.target, self.floor = data["target"], at

    def holder(self, at, data):
        if self.view.running_since is not None:
            self._close_hold(at)
        self.view.holder = data.get("holder")

    def stop(self, at, _data):
        view = self.view
        self._close_segment(at)
        if view.missed_at and view.missed_at >= at:
            # The deadline passed after the work was done and before that was entered.
            view.missed_at = None
        view.ended_at = at
        view.state = "missed" if view.missed_at else "met"
        view.met_at = None if view.missed_at else at

    def cancel(self, at, _data):
        self._close_segment(at)
        self.view.ended_at = at
        self.view.state = "cancelled"

    def finish(self, until):
        """Return the projection, with the miss that shows only from ``until``."""
        view, target = self.view, self.target
        if view.state == "running" and until:
            self.look(until)
        view.target = target
        view.unit, view.amount = target.get("unit"), target.get("amount") or 0.0
        view.segments = self.carried + view.segments
        view.elapsed = _elapsed(self.worktime, target, view.segments, view)
        view.counted_from = view.segments[0][0] if view.segments else view.started_at
        if view.running_since is not None:
            self.held.append((view.holder, self.held_since, None))
        view.holds = _holds(self.worktime, self.held)
        return view

    def _close_segment(self, at):
        view = self.view
        if view.running_since is not None:
            view.segments.append((view.running_since, max(at, view.running_since)))
            self._close_hold(at)
            view.running_since = None

    def _close_hold(self, at):
        at = max(at, self.held_since)
        self.held.append((self.view.holder, self.held_since, at))
        self.held_since = at


_APPLY = {
    STARTING: _Cycle.start,
    PAUSING: _Cycle.pause,
    RESUMING: _Cycle.resume,
    STOPPING: _Cycle.stop,
    CANCELLING: _Cycle.cancel,
    TARGETING: _Cycle.target_changed,
    HOLDING: _Cycle.holder,
}


def _deadline(worktime, target, carried, view):
    unit = target["unit"]
    if unit == "date":
        return parse(target["at"])
    segments = carried + view.segments
    begin = segments[0][0] if segments else view.started_at
    budget = worktime.budget(begin, target["amount"], unit)
    spent = sum(worktime.measure(start, end, unit) for start, end in segments)
    return worktime.finish(view.running_since, max(0, budget - spent), unit)


def _elapsed(worktime, target, segments, view):
    unit = target.get("unit")
    try:
        return sum(
            worktime.measure(start, end, "service_hour" if unit == "date" else unit)
            for start, end in segments
        )
    except WorkTimeError as error:
        view.problem = error.code
        return 0


def _holds(worktime, held):
    """Who held it, from when to when, and for how many seconds of service."""
    holds = []
    for holder, start, end in held:
        try:
            seconds = worktime.measure(start, end, "service_hour") if end else 0
        except WorkTimeError:
            seconds = 0
        if holds and holds[-1]["holder"] == holder:
            holds[-1]["end"] = end
            holds[-1]["seconds"] += seconds
        else:
            holds.append(
                {"holder": holder, "start": start, "end": end, "seconds": seconds}
            )
    return holds
