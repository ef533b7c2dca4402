import hashlib
import io
import zipfile

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from odoo import models
from odoo.exceptions import UserError

from ..tools.paper import PLAIN, Document, Gap, Line, Table, Text, render
from .minutes_pdf import join_pdfs

# Stable dates in archives: the same set gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class SchoolMeeting(models.Model):
    """The file of a meeting as one set (会议归档, MTG-29).

    Notice, agenda, materials, minutes, sign-in sheet and votes, with an index that
    names each with its SHA-256: one PDF to print and one ZIP to hand over. Everything
    is drawn with the rights of whoever asks for it.
    """

    _inherit = "school.meeting"

    def action_set_pdf(self):
        """Print the set as one PDF."""
        self.ensure_one()
        self._check_set()
        report = self.env.ref("school_office_meetings.report_meeting_set")
        return report.report_action(self)

    def action_set_zip(self):
        """Download the set as one ZIP."""
        self.ensure_one()
        self._check_set()
        return {
            "type": "ir.actions.act_url",
            "url": f"/school/meeting/{self.id}/set.zip",
            "target": "self",
        }

    def _check_set(self):
        self._check_maker()
        for meeting in self:
            if meeting.state not in ("ended", "closed"):
                raise UserError(
                    self.env._("The set is complete after the meeting, not before.")
                )

    def _set_missing(self):
        """Names of what the set lacks (superuser sees all)."""
        self.ensure_one()
        meeting = self.sudo()
        missing = []
        if not meeting.called_at:
            missing.append(self.env._("notice"))
        if not meeting.item_ids:
            missing.append(self.env._("agenda"))
        waiting = meeting.material_ids.filtered(lambda m: m.state == "expected")
        if waiting:
            missing.append(
                self.env._(
                    "materials (%(names)s)", names=", ".join(waiting.mapped("name"))
                )
            )
        if meeting._minutes().state != "distributed":
            missing.append(self.env._("minutes"))
        rows = meeting.participant_ids
        if not rows.filtered(lambda r: r.attendance in ("present", "late", "left")):
            missing.append(self.env._("sign-in sheet"))
        elif rows.filtered(lambda r: r.attendance == "none"):
            missing.append(
                self.env._("sign-in sheet (some are neither present nor absent)")
            )
        return missing

    def _missing_to_close(self):
        missing = super()._missing_to_close()
        for meeting in self:
            lacking = meeting._set_missing()
            if lacking:
                missing.append(
                    self.env._(
                        "The set is not complete; missing: %(parts)s.",
                        parts=", ".join(lacking),
                    )
                )
        return missing

    def _meeting_closed(self):  # pylint: disable=missing-return
        super()._meeting_closed()
        for meeting in self:
            self.env["school.register"]._append(
                meeting.company_id,
                "minutes",
                [
                    {
                        "event": "filed",
                        "record": meeting._minutes(),
                        "number": meeting._minutes().number,
                        "payload": {
                            "meeting": meeting.number or "",
                            "parts": [
                                [part["file"], part["sha256"]]
                                for part in meeting._set_parts()
                            ],
                        },
                    }
                ],
            )

    # The parts

    def _set_parts(self):
        """Return the parts of the set for the current user.

        Dicts with ``label``, ``file`` (its name), ``data`` and ``sha256``.
        """
        self.ensure_one()
        self.check_access("read")
        parts = [
            (self.env._("Notice"), "1-notice.pdf", self._sheet(self._notice_sheet())),
            (self.env._("Agenda"), "2-agenda.pdf", self._sheet(self._agenda_sheet())),
        ]
        materials = self.env["school.meeting.material"].search(
            [("meeting_id", "=", self.id), ("state", "!=", "void")]
        )
        number = 0
        for material in materials:
            for file in material.attachment_ids:
                number += 1
                name = file.name.replace("/", "_").replace("\\", "_")
                parts.append((material.name, f"3-{number:02d}-{name}", file.raw or b""))
        papers = self.env["school.meeting.minutes"].search(
            [("meeting_id", "=", self.id), ("state", "in", ("final", "distributed"))],
            order="id",
        )
        for index, paper in enumerate(papers, 1):
            parts.append(
                (paper.display_name, f"4-{index}-minutes.pdf", paper._draw_pdf())
            )
        parts.append(
            (
                self.env._("Sign-in Sheet"),
                "5-sign-in.pdf",
                self._sheet(self._sign_in_sheet()),
            )
        )
        votes = self._votes_sheet()
        if votes:
            parts.append((self.env._("Votes"), "6-votes.pdf", self._sheet(votes)))
        return [
            {
                "label": label,
                "file": name,
                "data": data,
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            for label, name, data in parts
        ]

    def _sheet(self, content):
        return render(
            Document(
                content,
                geometry=PLAIN,
                title=self.name,
                author=self.company_id.name,
                foot=" ".join(filter(None, (self.number, self.name))),
            )
        )[0]

    def _sheet_head(self, title):
        return [
            Text(self.company_id.name, size=10),
            Text(title, face="title", size=18, align="center"),
            Line(thickness=0.5, below=1),
            Gap(0.5),
        ]

    def _notice_sheet(self):
        """All that the notice of MTG-04 said."""
        env = self.env
        rows = [
            (env._("Theme"), self.name),
            (env._("Number"), self.number),
            (env._("Meeting Body"), self.body_id.name),
            (env._("Time"), self._when_text(env)),
            (env._("Place"), self._where_text()),
            (env._("Chair"), self.chair_id.name),
            (env._("Participants"), self._names(self.participant_ids)),
            (env._("Materials to Prepare"), self.materials_note),
            (env._("Requirements"), self.requirements),
            (env._("Contact Person"), self._contact_words()),
            (
                env._("Sent on"),
                self.called_at and f"{self._local(self.called_at):%Y-%m-%d %H:%M}",
            ),
        ]
        return [
            *self._sheet_head(env._("Notice of Meeting")),
            *[
                Text(str(value), label=env._("%(label)s: ", label=label))
                for label, value in rows
                if value
            ],
        ]

    def _agenda_sheet(self):
        kinds = dict(self.item_ids._fields["kind"]._description_selection(self.env))
        return [
            *self._sheet_head(self.env._("Agenda")),
            Table(
                [1, 8, 3, 3, 2],
                [
                    [
                        "",
                        self.env._("Item"),
                        self.env._("Kind"),
                        self.env._("Speaker"),
                        self.env._("Time (min)"),
                    ],
                    *[
                        [
                            number,
                            item.name,
                            kinds[item.kind],
                            item.speaker_id.name or item.department_id.name or "",
                            item.minutes_planned,
                        ]
                        for number, item in enumerate(self.item_ids, 1)
                    ],
                ],
            ),
        ]

    def _sign_in_sheet(self):
        """Name, contact, department, time, reason for absence (MTG-13)."""
        rows = self.participant_ids.sudo()
        # As the caller reads them: what they confided stands there if he may know it.
        words = {
            row.id: row.absence_reason or row.answer_reason
            for row in self.participant_ids
        }
        labels = dict(rows._fields["attendance"]._description_selection(self.env))
        lines = []
        for number, row in enumerate(rows, 1):
            partner = row.user_id.partner_id or row.partner_id
            lines.append(
                [
                    number,
                    row.person_name,
                    row.department_id.name or "",
                    partner.phone or partner.email or "",
                    labels[row.attendance],
                    row.signed_in_at
                    and f"{self._local(row.signed_in_at):%Y-%m-%d %H:%M}",
                    words[row.id] or "",
                ]
            )
        return [
            *self._sheet_head(self.env._("Sign-in Sheet")),
            Table(
                [1, 3, 3, 4, 2, 3, 4],
                [
                    [
                        "",
                        self.env._("Name"),
                        self.env._("Department"),
                        self.env._("Contact"),
                        self.env._("Attendance"),
                        self.env._("Signed In"),
                        self.env._("Reason"),
                    ],
                    *lines,
                ],
                size=9,
            ),
        ]

    def _votes_sheet(self):
        """Counts of the votes the current user may see; of none: nothing."""
        votes = self.env["school.meeting.vote"].search(
            [("meeting_id", "=", self.id), ("state", "=", "closed")], order="id"
        )
        if not votes:
            return []
        results = dict(votes._fields["result"]._description_selection(self.env))
        return [
            *self._sheet_head(self.env._("Votes")),
            Table(
                [5, 5, 2, 2, 2, 3],
                [
                    [
                        self.env._("Item"),
                        self.env._("Question"),
                        self.env._("For"),
                        self.env._("Against"),
                        self.env._("Abstained"),
                        self.env._("Result"),
                    ],
                    *[
                        [
                            vote.item_id.name,
                            vote.question,
                            vote.count_for,
                            vote.count_against,
                            vote.count_abstain,
                            results.get(vote.result, ""),
                        ]
                        for vote in votes
                    ],
                ],
            ),
        ]

    def _index_sheet(self, parts):
        lacking = self._set_missing()
        content = [
            *self._sheet_head(
                self.env._("File of the Meeting: %(name)s", name=self.name)
            ),
            Text(
                self.env._("missing: %(parts)s", parts=", ".join(lacking))
                if lacking
                else self.env._("Complete."),
            ),
            Gap(0.5),
            Table(
                [4, 4, 9],
                [
                    [self.env._("Part"), self.env._("File"), "SHA-256"],
                    *[[part["label"], part["file"], part["sha256"]] for part in parts],
                ],
                size=8.5,
            ),
        ]
        return content

    # The whole

    def _draw_set(self):
        """Return the sets of these meetings as one PDF, the index first.

        What is no PDF stands in the index only, and in the ZIP.
        """
        self._check_set()
        pages = []
        for meeting in self:
            parts = meeting._set_parts()
            pages.append(meeting._sheet(meeting._index_sheet(parts)))
            pages += [part["data"] for part in parts if _is_pdf(part["data"])]
        return join_pdfs(pages)

    def _draw_set_zip(self):
        """Return the set of one meeting as a ZIP with index and hashes."""
        self.ensure_one()
        self._check_set()
        parts = self._set_parts()
        index = self._sheet(self._index_sheet(parts))
        sums = "".join(f"{part['sha256']}  {part['file']}\n" for part in parts)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in (
                ("0-index.pdf", index),
                *((part["file"], part["data"]) for part in parts),
                ("SHA256SUMS", sums.encode()),
            ):
                archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
        return stream.getvalue()


def _is_pdf(data):
    """Whether these bytes can be put behind other pages."""
    if not data.startswith(b"%PDF"):
        return False
    try:
        return not PdfReader(io.BytesIO(data)).is_encrypted
    except (PyPdfError, ValueError, KeyError):
        return False
