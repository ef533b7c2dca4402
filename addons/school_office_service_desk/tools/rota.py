"""Who is on duty and when nobody is. Pure Python over half-open spans of UTC time."""


def united(spans):
    """Return the spans joined where they touch or overlap, in order."""
    result = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def gaps(needed, covered):
    """Return the parts of ``needed`` that no span of ``covered`` holds."""
    result = []
    duties = united(covered)
    for start, end in united(needed):
        for begin, stop in duties:
            if stop <= start:
                continue
            if begin >= end:
                break
            if begin > start:
                result.append((start, begin))
            start = max(start, stop)
            if start >= end:
                break
        if start < end:
            result.append((start, end))
    return result
