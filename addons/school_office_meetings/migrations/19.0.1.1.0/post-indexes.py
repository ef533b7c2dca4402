from odoo.tools import SQL

REPEATED = (
    "school_meeting__company_id_index",
    "school_meeting_ballot__vote_id_index",
    "school_meeting_dispatch__meeting_id_index",
    "school_meeting_event__meeting_id_index",
    "school_meeting_item__meeting_id_index",
    "school_meeting_minutes__company_id_index",
    "school_meeting_participant__deputy_id_index",
    "school_meeting_participant__meeting_id_index",
    "school_meeting_participant__user_id_index",
    "school_meeting_presence__meeting_id_index",
    "school_meeting_resolution__company_id_index",
    "school_meeting_summary_line__summary_id_index",
    "school_meeting_turn__item_id_index",
    "school_meeting_turnout__vote_id_index",
    "school_meeting_vote__meeting_id_index",
    "school_venue_booking__company_id_index",
    "school_venue_booking__moved_from_id_index",
    "school_venue_booking__venue_id_index",
    "school_venue_series_date__series_id_index",
)


def migrate(cr, version):
    """Drop indexes that only repeat the beginning of another: writing kept them up."""
    for name in REPEATED:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
