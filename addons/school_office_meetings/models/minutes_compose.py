import json

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import format_date

from odoo.addons.school_office_base.tools.canonical import canonical_json, sha256_hex

FOR_GUESTS = ("all", "participants")
# Written while the meeting goes on, one after the other in the minutes (MTG-18).
TEXTS = (
    "discussion",
    "department_opinions",
    "differing_opinions",
    "conclusion",
    "decision",
)


class SchoolMeetingMinutes(models.Model):
    """Minutes are composed of what the meeting holds; nothing is typed twice."""

    _inherit = "school.meeting.minutes"

    def _text_labels(self):
        """Headings of the texts of an item, in the order of the minutes."""
        return {
            "outcome": self.env._("Not dealt with"),
            "statements": self.env._("Speaking points"),
            "discussion": self.env._("Main discussion"),
            "department_opinions": self.env._("Opinions of departments"),
            "differing_opinions": self.env._("Differing opinions"),
            "conclusion": self.env._("Preliminary conclusions"),
            "votes": self.env._("Votes"),
            "decision": self.env._("Decision"),
            "resolutions": self.env._("Resolutions"),
        }

    def _compose(self):
        """Return ``(header, parts)`` of one record as it is now (superuser).

        The header is a dict; a part is ``(item, dict)``. Both hold what canonical JSON
        can hold, so that their hash is theirs for ever.
        """
        self.ensure_one()
        # What was handed in stays in the language in which it was: names of
        # departments and the like are kept in several.
        self = self.with_context(lang=self.lang or self.env.lang)
        if self.kind == "correction":
            return self._compose_header(), [self._compose_correction()]
        meeting = self.meeting_id
        items = meeting.item_ids.sorted(lambda item: (item.sequence, item.id))
        return self._compose_header(), [
            (item, self._compose_item(number, item))
            for number, item in enumerate(items, 1)
        ]

    def _compose_header(self):
        meeting = self.meeting_id
        people = {"present": [], "late": [], "left": [], "absent": [], "observers": []}
        for participant in meeting.participant_ids.sorted(lambda p: (p.sequence, p.id)):
            name = participant.person_name or ""
            came = participant.attended_by_id
            if came and came != participant.user_id:
                name = f"{name}（{came.name}）"
            if participant.attendance in ("absent", "none"):
                # Why stands on the sheet, for those who may know it.
                people["absent"].append(
                    {
                        "name": name,
                        "seat": participant.id,
                        "excused": bool(
                            participant.absence_reason or participant.answer_reason
                        ),
                    }
                )
            elif participant.role in ("observer", "guest"):
                people["observers"].append(name)
            else:
                people["present"].append(name)
                if participant.attendance in ("late", "left"):
                    people[participant.attendance].append(name)
        header = {
            "school": meeting.company_id.name,
            "kind": self.kind,
            "title": meeting.name,
            "body": meeting.body_id.name or "",
            "meeting_number": meeting.number or "",
            "start": meeting.started_at or meeting.start,
            "stop": meeting.ended_at or meeting.stop,
            "place": meeting._minutes_place(),
            "chair": meeting.chair_id.name or "",
            "recorder": meeting.recorder_id.name or "",
            "opening": (self.opening or "").strip(),
            "closing": (self.closing or "").strip(),
            **people,
        }
        if self.kind == "correction":
            header["corrects"] = {
                "number": self.corrects_id.number,
                "sha256": self.corrects_id.sha256,
            }
        return header

    def _compose_item(self, number, item):
        """One part: the item with all that was said and decided on it."""
        part = {
            "no": number,
            "title": item.name,
            "kind": item.kind,
            "department": item.department_id.name or "",
            "speaker": item.speaker_id.name or "",
            "visibility": item.visibility,
            "departments": sorted(item.visible_department_ids.mapped("name")),
            "recused": item._minutes_recused(),
            "statements": item._minutes_statements(),
            "votes": item._minutes_votes(),
            "resolutions": [
                {
                    "matter": resolution.name,
                    "text": (resolution.text or "").strip(),
                    "owner": resolution.owner_id.name,
                    "department": resolution.department_id.name or "",
                    "helpers": sorted(resolution.helper_ids.mapped("name")),
                    "due": resolution.due_date or None,
                    "replaces": sorted(
                        earlier.display_name for earlier in resolution.replaces_ids
                    ),
                }
                for resolution in item.resolution_ids.sorted("id")
            ],
        }
        part["outcome"] = item._minutes_outcome()
        for name in TEXTS:
            part[name] = (item[name] or "").strip()
        return part

    def _compose_correction(self):
        block = self.corrected_block_id
        return block, {
            "no": 1,
            "title": block.name or self.env._("What stands before the items"),
            "visibility": block.visibility or "participants",
            "departments": sorted(block.visible_department_ids.mapped("name")),
            "decision": (self.correction or "").strip(),
        }

    def _snapshot(self):
        """Keep what the meeting holds now as the text that is reviewed (superuser)."""
        self.write({"lang": self.env.lang})
        for minutes in self:
            Block = self.env["school.meeting.minutes.block"]
            header, parts = minutes._compose()
            minutes.block_ids.unlink()
            vals_list = []
            for source, part in parts:
                content = canonical_json(part)
                is_item = source._name == "school.meeting.item"
                vals_list.append(
                    {
                        "company_id": minutes.company_id.id,
                        "minutes_id": minutes.id,
                        "meeting_id": minutes.meeting_id.id,
                        "item_id": source.id if is_item else source.item_id.id,
                        "sequence": part["no"],
                        "name": part["title"],
                        "body": minutes._part_text(part),
                        "content": content,
                        "sha256": sha256_hex(content),
                        "visibility": part["visibility"],
                        "visible_department_ids": [
                            Command.set(source.visible_department_ids.ids)
                        ],
                    }
                )
            blocks = Block.create(vals_list)
            content = canonical_json(
                {**header, "parts": [[b.sequence, b.sha256] for b in blocks]}
            )
            minutes.write({"content": content, "content_hash": sha256_hex(content)})

    def _is_as_reviewed(self):
        """Whether the meeting still holds what went to review (superuser).

        Why somebody was absent may still come in: it changes nothing that was decided.
        """
        self.ensure_one()
        header, parts = self._compose()
        header["parts"] = [
            [part["no"], sha256_hex(canonical_json(part))] for _source, part in parts
        ]
        now, reviewed = json.loads(canonical_json(header)), json.loads(self.content)
        for content in (now, reviewed):
            content["absent"] = [row["name"] for row in content["absent"]]
        return now == reviewed and sha256_hex(self.content) == self.content_hash

    def _final_content(self):
        """The text whose hash is printed: what was reviewed, its number, who by."""
        self.ensure_one()
        return canonical_json(
            {
                **json.loads(self.content),
                "number": self.number,
                "reviewed_by": self.reviewed_by_id.name,
                "reviewed_at": self.reviewed_at,
            }
        )

    # For readers

    def _reader_view(self, for_guest=False):
        """What the current user reads of one record: the header and his parts.

        :param for_guest: what somebody reads who has no user, for the link of a guest:
            what is for all, and for those who took part

        Everything shown, printed or exported comes from here: the parts are searched
        with the rights of the reader. Of the others only number and hash are told.
        """
        self.ensure_one()
        self.check_access("read")
        minutes = self.sudo()
        if minutes.content:
            header = json.loads(minutes.content)
            # Searched, not read as a field: the cache of a field is the same for all
            # who work in this transaction, whatever they may read.
            Block = self.env["school.meeting.minutes.block"]
            of_mine = [("minutes_id", "=", self.id)]
            every = Block.sudo().search(of_mine)
            mine = (
                every.filtered(lambda block: block.visibility in FOR_GUESTS)
                if for_guest
                else Block.search(of_mine)
            )
            parts = [
                json.loads(block.content)
                if block.id in mine._ids
                else {"no": block.sequence, "hidden": True, "sha256": block.sha256}
                for block in every
            ]
        else:
            header, composed = minutes._compose()
            header = json.loads(canonical_json(header))
            # What these texts are taken from was read in superuser mode.
            parts = [
                json.loads(canonical_json(part))
                if self.env.su
                or not source
                or source.with_env(self.env).is_block_visible
                else {"no": part["no"], "hidden": True, "sha256": ""}
                for source, part in composed
            ]
        header.pop("parts", None)
        header["absent"] = self._with_reasons(header.get("absent", []), for_guest)
        return {
            **header,
            "number": minutes.number or "",
            "sha256": minutes.sha256 or "",
            "state": minutes.state,
            "name": minutes.name,
            "reviewed_by": minutes.reviewed_by_id.name or "",
            "items": parts,
        }

    def _with_reasons(self, absent, for_guest=False):
        """Those who were absent, with the reason where the reader may know it."""
        seats = self.env["school.meeting.participant"].browse(
            [row["seat"] for row in absent]
        )
        # The list of who was absent is part of what the reader reads; the reason is
        # asked for in his own name.
        told = seats.browse() if for_guest else seats._confided_to_me().sudo()
        reasons = {seat.id: seat.absence_reason or seat.answer_reason for seat in told}
        return [{**row, "reason": reasons.get(row["seat"]) or ""} for row in absent]

    def _part_text(self, part):
        """One part as plain text, for reading on screen and for searching."""
        self.ensure_one()
        labels = self._text_labels()
        lines = []
        for key, label in labels.items():
            text = self._part_words(key, part.get(key))
            if text:
                lines += [label, text, ""]
        if part.get("recused"):
            lines += [self.env._("Recused"), ", ".join(part["recused"]), ""]
        return "\n".join(lines).strip()

    def _part_words(self, key, value):
        """The words of one text of a part; rows become lines."""
        if not value:
            return ""
        if key == "statements":
            return "\n".join(
                self.env._("%(who)s: %(text)s", who=row["speaker"], text=row["text"])
                for row in value
            )
        if key == "votes":
            return "\n".join(self._vote_words(row) for row in value)
        if key == "resolutions":
            return "\n".join(
                f"{number}. {self._resolution_words(row)}"
                for number, row in enumerate(value, 1)
            )
        return value

    def _vote_words(self, row):
        words = self.env._(
            "%(question)s: %(yes)s for, %(no)s against, %(abstain)s abstained.",
            question=row.get("question") or self.env._("Vote"),
            yes=row.get("for", 0),
            no=row.get("against", 0),
            abstain=row.get("abstain", 0),
        )
        return " ".join(filter(None, (words, row.get("result"))))

    def _resolution_words(self, row):
        due = fields.Date.to_date(row["due"])
        return self.env._(
            "%(matter)s. Owner: %(owner)s; due: %(due)s.",
            matter=(row["text"] or row["matter"] or "").strip().rstrip("。.；;"),
            owner="、".join(filter(None, (row["owner"], row["department"]))),
            due=due and format_date(self.env, due, date_format="long") or "",
        )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    def _minutes_place(self):
        """Where it was held, in words."""
        self.ensure_one()
        return self._where_text() or ""


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    def _minutes_statements(self):
        """``[{"speaker", "text"}]`` of what speakers had recorded (MTG-19)."""
        self.ensure_one()
        statements = self.sudo().statement_ids.filtered(lambda s: not s.replaced_by_ids)
        return [
            {
                "speaker": statement.participant_id.person_name or "",
                "text": statement.own_text or statement.text,
            }
            for statement in statements.sorted("id")
        ]

    def _minutes_votes(self):
        """Closed votes with their counts; who voted how stands nowhere (MTG-17)."""
        self.ensure_one()
        votes = self.sudo().vote_ids.filtered(lambda vote: vote.state == "closed")
        results = dict(votes._fields["result"]._description_selection(self.env))
        return [
            {
                "question": vote.question,
                "for": vote.count_for,
                "against": vote.count_against,
                "abstain": vote.count_abstain,
                "result": results.get(vote.result, ""),
            }
            for vote in votes.sorted("id")
        ]

    def _minutes_recused(self):
        """Names of those who left the room for this item."""
        self.ensure_one()
        rows = self.sudo().recusal_ids.filtered(lambda r: not r.withdrawn_at)
        return sorted(rows.participant_id.mapped("person_name"))

    def _minutes_outcome(self):
        """Why an item was not dealt with; empty when it was."""
        self.ensure_one()
        if self.state not in ("deferred", "withdrawn"):
            return ""
        label = dict(self._fields["state"]._description_selection(self.env))[self.state]
        return "：".join(filter(None, (label, self.settled_reason)))


class SchoolMeetingItemText(models.Model):
    _inherit = "school.meeting.item.text"

    def write(self, vals):
        self.sudo().meeting_id._check_record_open()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        texts.sudo().meeting_id._check_record_open()
        return texts
