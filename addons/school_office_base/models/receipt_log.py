from odoo import fields, models

CHANNELS = [
    ("internal", "Internal Message"),
    ("email", "E-mail"),
    ("chat", "Group Chat"),
    ("board", "Notice Board"),
    ("phone", "Phone"),
    ("paper", "Paper"),
]


class SchoolReceiptLog(models.Model):
    """One line per thing done about a receipt: the proof of delivery (BASE-30).

    Append-only: the steps of ``school.receipt`` write it, nobody changes it.
    """

    _name = "school.receipt.log"
    _description = "Delivery Log"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "event"

    receipt_id = fields.Many2one(
        "school.receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    event = fields.Selection(
        [
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("signed", "Signed for"),
            ("urged", "Urged"),
            ("phoned", "Phoned"),
            ("recalled", "Recalled"),
            ("closed", "Closed Unsigned"),
        ],
        required=True,
        readonly=True,
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    author_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf of", readonly=True)
    reached = fields.Boolean(readonly=True)
    note = fields.Char(readonly=True)
    notice_id = fields.Many2one(
        "school.notice",
        "Message",
        check_company=True,
        readonly=True,
        index="btree_not_null",
    )
    notice_state = fields.Selection(
        related="notice_id.state", string="Message Status", compute_sudo=True
    )
    received_at = fields.Datetime(
        related="notice_id.received_at",
        string="Received on",
        compute_sudo=True,
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False
