"""Where the boxes, words and arrows of a flow chart stand.

Pure geometry: a list of steps in, plain numbers and texts out. The browser and the
printed sheet draw the same result as SVG, each with a template that escapes the words,
so no text of a user ever becomes markup.

A chart has lanes, one per person or post, when they fit on the width of a desk or a
sheet; else, and on a telephone, it is one column.
"""

import unicodedata

MAX_LANES = 5
LANE = 190
COLUMN = 330
BOX = 166
LINE = 17
GAP = 30
PAD = 10
# Half-width characters that fit on a line of 13 px, per pixel of width.
PER_PIXEL = 1 / 6.9


def text_width(text):
    """Width of ``text`` in half-width characters: a Chinese one counts two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text, width, lines=3):
    """Cut ``text`` into at most ``lines`` lines of ``width`` half-width characters.

    Latin words stay whole where they fit; Chinese may break anywhere. What does not fit
    ends with an ellipsis.
    """
    rest = " ".join((text or "").split())
    result = []
    while rest:
        if text_width(rest) <= width:
            result.append(rest)
            break
        end = _fitting(rest, width)
        space = rest.rfind(" ", 0, end + 1)
        cut = space if space > end // 2 and rest[end - 1].isascii() else end
        result.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if len(result) > lines:
        last = result[lines - 1]
        end = _fitting(last, width - 2)
        result = [*result[: lines - 1], last[:end].rstrip() + "…"]
    return result


def _fitting(text, width):
    """How many characters of ``text`` fit into ``width``, at least one."""
    used = 0
    for index, char in enumerate(text):
        used += text_width(char)
        if used > width:
            return max(index, 1)
    return len(text)


def layout(steps, *, narrow=False, start="", end=""):
    """Place ``steps``; return ``{width, height, lanes, nodes, arrows}``.

    :param steps: dicts ``number, name, who, people, time, remark, otherwise, check,
        slowest``; all but the last two are texts
    :param start, end: words of the first and last mark
    """
    names = list(dict.fromkeys(step["who"] for step in steps))
    in_lanes = not narrow and 1 < len(names) <= MAX_LANES
    lane_width = LANE if in_lanes else COLUMN
    box = BOX if in_lanes else COLUMN - 20
    width = lane_width * (len(names) if in_lanes else 1)
    lanes, y = [], 12
    if in_lanes:
        for index, name in enumerate(names):
            lines = wrap(name, int((lane_width - 16) * PER_PIXEL), 2)
            lanes.append(
                {
                    "x": index * lane_width,
                    "width": lane_width,
                    "center": index * lane_width + lane_width / 2,
                    "lines": _lines(lines, index * lane_width + lane_width / 2, 18),
                }
            )
        y = 58

    def center(step):
        return (names.index(step["who"]) if in_lanes else 0) * lane_width + (
            lane_width / 2
        )

    first = center(steps[0]) if steps else width / 2
    nodes = [_mark("start", start, first, y)]
    y += nodes[0]["height"] + GAP
    for step in steps:
        node = _node(step, center(step), y, box, with_who=not in_lanes)
        nodes.append(node)
        y += node["height"] + GAP
    nodes.append(_mark("end", end, nodes[-1]["center"], y))
    height = y + nodes[-1]["height"] + 12
    arrows = [
        _arrow(before, after) for before, after in zip(nodes, nodes[1:], strict=False)
    ]
    for lane in lanes:
        lane["height"] = height
    return {
        "width": width,
        "height": height,
        "lanes": lanes,
        "nodes": nodes,
        "arrows": arrows,
    }


def _mark(shape, text, center, y):
    width = max(64, int(text_width(text) / PER_PIXEL) + 24)
    return {
        "shape": shape,
        "x": center - width / 2,
        "y": y,
        "width": width,
        "height": 26,
        "center": center,
        "points": "",
        "slowest": False,
        "lines": _lines([text], center, y + 18, "name") if text else [],
    }


def _node(step, center, y, width, with_who):
    per_line = int((width - 2 * PAD - (16 if step.get("check") else 0)) * PER_PIXEL)
    texts = [
        (line, "name")
        for line in wrap(f"{step['number']}. {step['name']}", per_line, 3)
    ]
    if with_who:
        texts += [(line, "who") for line in wrap(step["who"], per_line, 1)]
    if step.get("people") and step["people"] != step["who"]:
        texts += [(line, "who") for line in wrap(step["people"], per_line, 2)]
    for key in ("time", "remark", "otherwise"):
        texts += [(line, key) for line in wrap(step.get(key), per_line, 2)]
    height = len(texts) * LINE + 2 * PAD
    left, right = center - width / 2, center + width / 2
    points = ""
    if step.get("check"):
        middle = y + height / 2
        points = " ".join(
            f"{a:g},{b:g}"
            for a, b in (
                (left, middle),
                (left + 14, y),
                (right - 14, y),
                (right, middle),
                (right - 14, y + height),
                (left + 14, y + height),
            )
        )
    lines = []
    for index, (text, kind) in enumerate(texts):
        lines += _lines([text], center, y + PAD + 13 + index * LINE, kind)
    return {
        "shape": "check" if step.get("check") else "box",
        "x": left,
        "y": y,
        "width": width,
        "height": height,
        "center": center,
        "points": points,
        "slowest": bool(step.get("slowest")),
        "lines": lines,
    }


def _lines(texts, x, y, kind="lane"):
    return [
        {"x": x, "y": y + index * LINE, "text": text, "kind": kind}
        for index, text in enumerate(texts)
    ]


def _arrow(before, after):
    """An arrow from the foot of one node to the head of the next, at right angles."""
    bottom, top = before["y"] + before["height"], after["y"] - 2
    start, stop = before["center"], after["center"]
    if start == stop:
        path = f"M{start:g} {bottom:g}V{top - 6:g}"
    else:
        middle = bottom + GAP / 2 - 4
        path = f"M{start:g} {bottom:g}V{middle:g}H{stop:g}V{top - 6:g}"
    head = f"{stop - 5:g},{top - 7:g} {stop + 5:g},{top - 7:g} {stop:g},{top:g}"
    return {"path": path, "head": head}
