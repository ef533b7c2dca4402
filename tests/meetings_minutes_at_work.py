"""Minutes and resolutions in the neighbour school of the isolation tests."""

from held_meeting import approve, hold_meeting, resolve


class MeetingsMinutesAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _keep_minutes(cls, school, recorder):
        """Approved minutes with a correction, a resolution on its way, a summary."""
        chair = cls._person("heron_chair", school)
        owner = cls._person("heron_owner", school)
        meeting = hold_meeting(cls.env, school, chair, recorder, owner, mark=cls.marker)
        resolution = resolve(meeting, recorder, owner, mark=cls.marker)
        minutes = meeting._minutes().with_user(recorder)
        minutes.write({"opening": f"{cls.marker} opening"})
        minutes.action_submit()
        approve(minutes, chair)
        note = minutes._make_correction(f"{cls.marker} correction")
        note.action_submit()
        resolution.with_user(owner)._report_progress(30, f"{cls.marker} progress")
        resolution.with_user(owner)._report_problem(f"{cls.marker} problem")
        step = (
            cls.env["school.meeting.resolution.step"]
            .with_user(owner)
            .create(
                {
                    "step": "extend",
                    "resolution_ids": resolution.ids,
                    "new_date": "2099-01-01",
                    "reason": f"{cls.marker} reason",
                }
            )
        )
        step.action_confirm()
        Summary = cls.env["school.meeting.summary"]
        monday = school._school_date()
        Summary._make(school, monday, meeting.ended_at)
