"""What the subject of an e-mail to the service desk says (DESK-04).

Two forms are published. Service mail: ``[department]-[request type]-[date]``, for
example ``Academic Affairs-room loan-20231026``. Coordination: the matter and the
department with somebody to contact, for example
``借用礼堂（教务处，张老师 13800138000）``.
People write both with full- or half-width dashes and brackets, in Chinese or English,
in another order, and with dates of every shape; whatever is found is used, and nothing
that is missing is an error. Pure Python.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = 1000
_DASHES = "‐‑‒–—―⁃−─━﹘﹣－"
_OPENING = "【〔〖｛{「『《〈［❲⟦"
_CLOSING = "】〕〗｝}」』》〉］❳⟧"
_TABLE = {ord(dash): "-" for dash in _DASHES}
_TABLE |= {ord(char): "[" for char in _OPENING}
_TABLE |= {ord(char): "]" for char in _CLOSING}
_TABLE |= {ord(char): "," for char in "，、；;"}
_REPLY = re.compile(
    r"^\s*(?:re|fw|fwd|aw|wg|回复|回覆|答复|答覆|转发|轉發|转寄)\s*(?:\[\d+\])?\s*:\s*",
    re.IGNORECASE,
)
# Marks that mail servers put in front
_MARK = re.compile(
    r"^\s*\[\s*(?:external|ext|spam|外部邮件|外部|垃圾邮件|suspected spam)\s*\]\s*",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DIGITS = dict(zip("〇零○一二三四五六七八九", (0, 0, 0, *range(1, 10)), strict=True))
_HAN = "[〇零○一二三四五六七八九十廿卅]"
_DAYS = {
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
    "today": 0,
    "tomorrow": 1,
}
_SEPARATED = r"[-./\s]{1,3}"
# 25-03-2026: read only where it cannot be the other way round
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4})(?!\d)"
)
_SHAPES = (
    # 2026-03-02, 2026/3/2, 2026.03.02, 2026 03 02
    re.compile(
        rf"(?<!\d)(?P<y>\d{{4}}){_SEPARATED}(?P<m>\d{{1,2}}){_SEPARATED}(?P<d>\d{{1,2}})(?!\d)"
    ),
    # 2026年3月2日, 3月2号
    re.compile(
        r"(?:(?<!\d)(?P<y>\d{4}|\d{2})\s*年\s*)?(?<!\d)(?P<m>\d{1,2})\s*月\s*"
        r"(?P<d>\d{1,2})\s*[日号號]?(?!\d)"
    ),
    # 二〇二六年三月二日
    re.compile(
        rf"(?:(?P<y>{_HAN}{{4}})年)?(?P<m>{_HAN}{{1,3}})月(?P<d>{_HAN}{{1,3}})[日号號]"
    ),
    # 20260302
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
    _DAY_FIRST,
    # 2 March 2026, 2-Mar-2026, 2nd of March
    re.compile(
        rf"(?<![0-9A-Za-z])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[-./\s]*"
        rf"(?P<m>{_MONTH})(?![A-Za-z])\.?"
        rf"(?:[-,./\s]*(?P<y>\d{{4}})(?!\d))?",
        re.IGNORECASE,
    ),
    # March 2, 2026
    re.compile(
        rf"(?<![A-Za-z])(?P<m>{_MONTH})\.?[-./\s]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
        rf"(?:[-,./\s]*(?P<y>\d{{4}})(?!\d))?",
        re.IGNORECASE,
    ),
    # 今天, tomorrow
    re.compile(
        r"(?P<word>大后天|今天|今日|明天|明日|后天|\btoday\b|\btomorrow\b)",
        re.IGNORECASE,
    ),
)
# 3/2 and 3.2: a date only where one is expected
_SHORT = re.compile(r"^(?P<m>\d{1,2})[./](?P<d>\d{1,2})$")
_PHONE = re.compile(
    r"(?<![\w])(?:\+?86[-\s]?)?(1[3-9]\d{9}|0\d{2,3}[-\s]?\d{7,8}|\d{7,8})(?![\w])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONTACT = re.compile(
    r"(?:联\s*系\s*人|联络人|contact(?:\s+person)?|经办人)\s*:?\s*"
    r"([\u4e00-\u9fff·]{2,4}(?=$|[\s,/()\[\]-]|\d)|[A-Z][\w.'’]*(?:\s+[A-Z][\w.'’]*){0,3})",
    re.IGNORECASE,
)
_TITLED = re.compile(r"([\u4e00-\u9fff]{1,3}(?:老师|主任|校长|科长|处长|同学|师傅))")
_PHONE_WORD = re.compile(
    r"(?:电\s*话|手\s*机|tel|phone|mobile|ext)\s*[.:]?\s*$", re.IGNORECASE
)
# How departments are called that the school has not entered
_UNIT = re.compile(
    r"(?:处|室|组|部|科|中心|办|委员会|\b(?:office|department|dept\.?|centre|center))$",
    re.IGNORECASE,
)
_CONTACT_WORD = re.compile(
    r"(?:联\s*系\s*人|联络人|经办人|\bcontact(?:\s+person)?)\s*:?[\s,)]*$",
    re.IGNORECASE,
)


@dataclass
class Subject:
    """What was found; the text of each field as it was written."""

    text: str = ""
    department: str = ""
    matter: str = ""
    day: date | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""
    # 'service', 'coordination' or 'free'
    form: str = "free"
    fields: list = field(default_factory=list)

    @property
    def is_right(self):
        """Whether it has one of the two published forms."""
        return self.form != "free"


def normal(text):
    """Return text with half-width signs, one kind of dash and of bracket."""
    text = "".join(
        " " if unicodedata.category(char).startswith("C") else char
        for char in (text or "")[:LONGEST]
    )
    # Full-width digits, brackets and colons; Chinese characters stay as they are.
    text = unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)
    return " ".join(text.split())


def without_marks(text):
    """Return a normal subject without "Re:", "转发:" and the marks of mail servers."""
    while True:
        shorter = _MARK.sub("", _REPLY.sub("", text))
        if shorter == text:
            return text.strip()
        text = shorter


def find_date(text, today):
    """Return (date, start, end) of the last date in a normal text, or None."""
    found = None
    for shape in _SHAPES:
        for match in shape.finditer(text):
            day = _as_date(match, today)
            # The longer one where two shapes overlap, else the later one
            if day and (
                found is None
                or (match.start() <= found[1] and match.end() >= found[2])
                or match.start() >= found[2]
            ):
                found = (day, match.start(), match.end())
    return found


def parse(subject, today, departments=()):
    """Take a subject apart.

    :param today: the day of the school, for dates without a year and "tomorrow"
    :param departments: names of the departments; a known one is found in any place
    :rtype: Subject
    """
    text = without_marks(normal(subject))
    result = Subject(text=text)
    rest = _take_contact(text, result)
    bracketed = re.findall(r"\[([^\[\]]*)\]", text)
    day = find_date(rest, today)
    if day:
        result.day = day[0]
        rest = f"{rest[: day[1]]}\x00{rest[day[2] :]}"
    parts = _split(rest)
    short = not day and len(parts) > 2 and _SHORT.match(parts[-1])
    if short:
        result.day = _as_date(short, today)
        parts = parts[:-1] if result.day else parts
    result.fields = parts
    known = _known_department(parts, departments)
    if known is not None:
        index, result.department = known
        leftover = parts[index]
        name = normal(result.department)
        if len(parts) > 1 and len(leftover) <= len(name) + 4:
            parts = parts[:index] + parts[index + 1 :]
        else:
            # Inside the matter: "教务处借用礼堂"
            shorter = re.sub(re.escape(name), " ", leftover, count=1, flags=re.I)
            parts = [*parts[:index], _trim(shorter), *parts[index + 1 :]]
        parts = [part for part in parts if part]
    elif len(parts) >= 2 and (result.day or bracketed):
        result.department, *parts = parts
    elif len(parts) >= 2 and (result.contact or result.phone or result.email):
        index = next((i for i, p in enumerate(parts) if _UNIT.search(p)), None)
        if index is not None:
            result.department = parts[index]
            parts = parts[:index] + parts[index + 1 :]
    result.matter = "-".join(parts).strip()
    if result.department and result.matter and result.day:
        result.form = "service"
    elif (
        result.department
        and result.matter
        and (result.contact or result.phone or result.email)
    ):
        result.form = "coordination"
    if not result.matter:
        result.matter = text
    return result


def best(text, names):
    """Return the key whose name is meant by ``text``, or None if that is not sure.

    :param names: ``{key: [names]}``; the same name twice is not sure
    """
    wanted = _letters(text)
    if not wanted:
        return None
    equal, inside, around = {}, {}, {}
    for key, words in names.items():
        for word in words:
            letters = _letters(word)
            if not letters:
                continue
            if letters == wanted:
                equal[key] = len(letters)
            elif len(letters) >= 2 and letters in wanted:
                inside[key] = max(inside.get(key, 0), len(letters))
            elif len(wanted) >= 2 and wanted in letters:
                half = len(wanted) * 2 >= len(letters)
                around[key] = around.get(key, False) or half
    for candidates in (equal, inside):
        longest = max(candidates.values(), default=0)
        keys = [key for key, length in candidates.items() if length == longest]
        if len(keys) == 1:
            return keys[0]
        if keys:
            return None
    # At least half of a name, and only if no other name has it too
    [[key, half]] = around.items() if len(around) == 1 else [(None, False)]
    return key if half else None


def _letters(text):
    return "".join(char for char in normal(text).casefold() if char.isalnum())


def _trim(text):
    return text.strip(" -_/|,:·.()[]\x00")


def _split(text):
    """The fields of a subject: in brackets, between dashes, else between commas."""
    if "[" in text:
        text = re.sub(r"[\[\]]", "\x01", text)
        pieces = re.split(r"[\x00\x01]", text)
        fields = []
        for piece in pieces:
            # A dash between two pairs of brackets separates, one inside belongs.
            piece = _trim(piece)
            if piece:
                fields.append(piece)
        if len(fields) > 1:
            return fields
        text = text.replace("\x01", " ")
    # A date inside the text leaves a gap that separates too.
    pieces = [
        _trim(piece) for piece in re.split(r"\x00|\s-\s|(?<!\d)-|-(?!\d)|_|\|", text)
    ]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1:
        return pieces
    pieces = [_trim(piece) for piece in re.split(r"[,/:()\x00]", text)]
    return [piece for piece in pieces if piece] or (
        [_trim(text)] if _trim(text) else []
    )


def _known_department(parts, departments):
    """(index of the part, name) of the department named: the longest name wins."""
    names = sorted({name for name in departments if name}, key=len, reverse=True)
    for exact in (True, False):
        for name in names:
            letters = _letters(name)
            if len(letters) < 2:
                continue
            for index, part in enumerate(parts):
                own = _letters(part)
                if own == letters or (not exact and letters in own):
                    return index, name
    return None


def _take_contact(text, result):
    """Find mail address, phone and name of a contact; return the rest of the text."""
    rest = text
    match = _MAIL.search(rest)
    if match:
        result.email = match[0].lower()
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    for match in _PHONE.finditer(rest):
        # Eight digits like these are meant as a date, even if there is no such day.
        if re.fullmatch(r"(?:19|20)\d{6}", match[1]):
            continue
        result.phone = re.sub(r"[\s-]", "", match[1])
        before = _PHONE_WORD.sub("", rest[: match.start()])
        # "张三 13800138000": the word in front of the number is a name
        name = re.search(
            r"(?:^|[\s,/:(\[-])([\u4e00-\u9fff·]{2,4}|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})"
            r"[\s,:/]*$",
            before,
        )
        if name:
            result.contact = name[1]
            before = before[: name.start(1)]
        before = _CONTACT_WORD.sub("", before)
        rest = f"{before} {rest[match.end() :]}"
        break
    match = _CONTACT.search(rest)
    if match:
        result.contact = match[1].strip()
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    elif not result.contact:
        match = _TITLED.search(rest)
        inside = match and re.search(r"[(\[,]\s*$", rest[: match.start()])
        if match and inside:
            result.contact = match[1]
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    rest = _CONTACT_WORD.sub("", rest)
    return re.sub(r"\(\s*,?\s*\)", " ", rest).strip()


def _as_date(match, today):
    groups = match.groupdict()
    if groups.get("word"):
        return today + timedelta(days=_DAYS[groups["word"].lower()])
    month = groups["m"]
    if match.re is _DAY_FIRST:
        first, second = int(groups["d"]), int(month)
        if first <= 12 and second <= 12 and first != second:
            return None
        if second > 12:
            groups["d"], month = month, groups["d"]
    numbers = (
        _number(groups.get("y")),
        _MONTHS.get(month.lower()) or _number(month),
        _number(groups["d"]),
    )
    year, month, day = numbers
    if year is not None and year < 100:
        year += 2000
    if year is not None and not 1990 <= year <= 2100:
        return None
    try:
        if year is not None:
            return date(year, month, day)
        return _nearest(month, day, today)
    except (ValueError, TypeError):
        return None


def _nearest(month, day, today):
    """The day of that name nearest to today: in January, December was last year."""
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    if not candidates:
        raise ValueError("no such day")
    return min(candidates, key=lambda d: abs((d - today).days))


def _number(text):
    """Return 2026 for "2026" and 二〇二六, 12 for 十二, 31 for 三十一 and 卅一."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        digits = [_DIGITS.get(char) for char in text]
        return None if None in digits else int("".join(map(str, digits)))
    tens, __, ones = text.partition("十")
    tens = _DIGITS.get(tens, 1 if not tens else None)
    ones = _DIGITS.get(ones, 0 if not ones else None)
    return None if tens is None or ones is None else tens * 10 + ones
