import io

from pypdf import PdfReader, PdfWriter

from odoo import api, models

from ..tools.paper import (
    GREY,
    OFFICIAL,
    PLAIN,
    RED,
    TWO,
    Document,
    Gap,
    Line,
    Text,
    render,
)

DIGITS = "〇一二三四五六七八九"
# The mark of an official paper is no larger than that of the authorities (7.2.4).
MARK = 36


def chinese_number(number):
    """Return 1 to 99 as they stand before headings: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def join_pdfs(pdfs):
    """Return one PDF of several; of a single one itself."""
    pdfs = list(pdfs)
    if len(pdfs) == 1:
        return pdfs[0]
    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(PdfReader(io.BytesIO(pdf)))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


class SchoolMeetingMinutes(models.Model):
    """The printed minutes: the form of GB/T 9704 10.3, or plain pages in English.

    Both are made of :meth:`_paper_view`, so nobody prints what he may not read.
    """

    _inherit = "school.meeting.minutes"

    def action_print(self):
        """Print what the current user may read of the minutes."""
        self.check_access("read")
        report = self.env.ref("school_office_meetings.report_minutes")
        return report.report_action(self)

    def _draw_pdf(self):
        """Return the PDF of these minutes for the current user and his language."""
        self.check_access("read")
        return join_pdfs(minutes._draw_one() for minutes in self)

    def _draw_one(self, for_guest=False):
        self.ensure_one()
        view = self._paper_view(printed=True, for_guest=for_guest)
        official = (self.env.lang or "").startswith("zh")
        content = (
            self._official_content(view) if official else self._plain_content(view)
        )
        foot = " ".join(
            filter(
                None, (view["number"], view["sha256"] and f"SHA-256 {view['sha256']}")
            )
        )
        document = Document(
            content,
            geometry=OFFICIAL if official else PLAIN,
            title=view["heading"],
            author=view["school"],
            foot=foot or self.env._("Draft: not approved yet."),
            colophon=self._colophon(view) if official else [],
        )
        return render(document)[0]

    def _paper_mark(self, view):
        """The mark on top (纪要标志), of the body or of the meeting."""
        return self.env._("Minutes of %(body)s", body=view["body"] or view["title"])

    def _colophon(self, view):
        if not self.reviewed_at:
            return []
        company = self.company_id.sudo()
        office = " ".join(filter(None, (company.name, company.school_office_name)))
        day = self._date_words({"start": view_moment(self.reviewed_at)})
        return [(office, self.env._("Issued on %(date)s", date=day))]

    def _official_content(self, view):
        """The parts in the order and type of GB/T 9704 (7.2 to 7.4, 10.3)."""
        mark = self._paper_mark(view)
        # As wide as the type area at most, less one character on each side.
        size = min(MARK, OFFICIAL.width / max(len(mark) + 2, 1))
        content = [
            Text(mark, face="title", size=size, align="center", color=RED, at=35),
            Gap(2),
            Text(view["number"] or self.env._("(Draft)"), align="center"),
            Line(color=RED, below=4),
            Gap(2),
            Text(view["heading"], face="title", size=TWO, align="center"),
            Gap(1),
            Text(self._opening_words(view), first=2),
        ]
        for paragraph in view["opening"].split("\n"):
            if paragraph.strip():
                content.append(Text(paragraph, first=2))
        for number, part in enumerate(view["parts"], 1):
            content += self._official_part(view, number, part)
        for paragraph in view["closing"].split("\n"):
            if paragraph.strip():
                content.append(Text(paragraph, first=2))
        if view["kind"] == "minutes":
            content.append(Gap(1))
            content += [
                Text(names, label=label, first=2)
                for label, names in self._people_lists(view)
            ]
        return content

    def _official_part(self, view, number, part):
        title = (
            part["heading"] if part["hidden"] else view["items"][number - 1]["title"]
        )
        content = [
            Text(f"{chinese_number(number)}、{title}", face="head", first=2, keep=True)
        ]
        if part["hidden"]:
            content += self._hidden_part(part)
        for index, (label, words) in enumerate(part["texts"], 1):
            heading = f"（{chinese_number(index)}）{label}"
            content.append(Text(heading, face="kai", first=2, keep=True))
            content += [
                Text(paragraph.strip(), first=2)
                for paragraph in words.split("\n")
                if paragraph.strip()
            ]
        return content

    def _hidden_part(self, part):
        """What stands in place of a part that is not for the reader."""
        content = [Text(self.env._("This part is for other readers."), first=2)]
        if part.get("sha256"):
            content.append(
                Text(f"SHA-256 {part['sha256']}", size=8, color=GREY, first=2)
            )
        return content

    def _people_lists(self, view):
        """(label, names): 出席, 请假, 缺席, 列席."""
        lists = (
            (self.env._("Attended:"), "、".join(view["present"])),
            (self.env._("Excused:"), self._absent_words(view, excused=True)),
            (self.env._("Absent:"), self._absent_words(view, excused=False)),
            (self.env._("In attendance:"), "、".join(view["observers"])),
        )
        return [(label, names) for label, names in lists if names]

    def _opening_words(self, view):
        if view["kind"] == "correction":
            return self.env._(
                "The minutes %(number)s are corrected as follows.",
                number=view["corrects"]["number"],
            )
        values = {
            "date": self._date_words(view) or "",
            "chair": view["chair"],
            "place": view["place"],
            "title": view["title"],
            "recorder": view["recorder"],
        }
        if view["place"]:
            return self.env._(
                "On %(date)s %(chair)s chaired the meeting “%(title)s” in %(place)s; "
                "%(recorder)s kept the record.",
                **values,
            )
        return self.env._(
            "On %(date)s %(chair)s chaired the meeting “%(title)s”; %(recorder)s kept "
            "the record.",
            **values,
        )

    def _plain_content(self, view):
        """Plain pages, for whoever reads English."""
        content = [
            Text(view["school"], size=10, color=GREY),
            Text(view["heading"], face="title", size=18),
            Line(thickness=0.5, below=1),
            Gap(0.5),
        ]
        if view["number"]:
            content.append(Text(view["number"], label=self.env._("Number: "), rest=6))
        content += [
            Text(words, label=self.env._("%(label)s: ", label=label))
            for label, words in view["head"]
        ]
        for paragraph in view["opening"].split("\n"):
            if paragraph.strip():
                content += [Gap(0.5), Text(paragraph)]
        for part in view["parts"]:
            content += [
                Gap(0.75),
                Text(part["heading"], face="head", size=13, keep=True),
            ]
            if part["hidden"]:
                content += self._hidden_part(part)
            for label, words in part["texts"]:
                content.append(Text(label, face="head", size=10, color=GREY, keep=True))
                content += [
                    Text(paragraph) for paragraph in words.split("\n") if paragraph
                ]
        for paragraph in view["closing"].split("\n"):
            if paragraph.strip():
                content += [Gap(0.5), Text(paragraph)]
        return content


def view_moment(moment):
    """A moment as it stands in the kept content."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _school_drawn_reports(self):
        """``{report name: method that draws it}``: set to the millimetre by us."""
        return {
            "school_office_meetings.minutes": "_draw_pdf",
            "school_office_meetings.meeting_set": "_draw_set",
        }

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        report = self._get_report(report_ref)
        method = self._school_drawn_reports().get(report.report_name)
        if not method:
            return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        # The model is the report's own, never the client's; the method checks rights.
        # nosemgrep: odoo-env-dynamic-model
        records = self.env[report.model].browse(res_ids or [])
        return getattr(records, method)(), "pdf"
