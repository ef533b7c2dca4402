"""Rules of the key figures (DESK-16, 17, 61), without a database."""

from datetime import date, timedelta

GOOD, BELOW, ALARM, NONE = "good", "below", "alarm", "none"


def rate(part, whole):
    """Percent, rounded to one digit; None where there is nothing to divide by.

    >>> rate(9, 10), rate(0, 0)
    (90.0, None)
    """
    return round(100.0 * part / whole, 1) if whole else None


def verdict(part, whole, target, alarm=None, lower_is_better=False):
    """How a share stands against its target.

    The share itself is compared, not its rounded picture: 89.96 % is not 90 %.
    "At least 90 %" is met at 90; "less than 5 %" is not met at 5.

    :param alarm: from here on the school must say why (below it, or above it)
    """
    if not whole:
        return NONE
    share = 100.0 * part / whole
    if lower_is_better:
        if alarm is not None and share >= alarm:
            return ALARM
        return GOOD if share < target else BELOW
    if alarm is not None and share < alarm:
        return ALARM
    return GOOD if share >= target else BELOW


def month_of(day):
    """First and last day of the month of ``day``."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def quarter_of(day):
    """First and last day of the calendar quarter of ``day``."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, month_of(first + timedelta(days=62))[1]


def consensus(totals, gap):
    """The result of scorers who did not see one another's points.

    :param totals: percent of the points by each scorer, in the order of their round
    :param gap: more than so many percent apart needs a third look
    :return: percent, or None while another look is needed

    Two who agree: the mean. With a third: the middle one, so that nobody decides alone.
    """
    if len(totals) < 2:
        return None
    if len(totals) == 2:
        if abs(totals[0] - totals[1]) > gap:
            return None
        return round(sum(totals) / 2, 1)
    return round(sorted(totals)[len(totals) // 2], 1)


def satisfied(counts, fewest):
    """Share of satisfied answers, hidden while so few answered that one could guess.

    :param counts: ``{points: answers}``; four and five points are satisfied
    """
    answered = sum(counts.values())
    if answered < max(fewest, 1):
        return None
    return rate(sum(n for points, n in counts.items() if points >= 4), answered)
