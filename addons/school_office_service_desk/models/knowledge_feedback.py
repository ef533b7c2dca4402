from odoo import fields, models


class SchoolKnowledgeFeedback(models.Model):
    """One answer to “was it helpful?”; of the public without a name."""

    _name = "school.knowledge.feedback"
    _description = "Feedback on a Knowledge Article"
    _inherit = ["school.record"]
    _order = "id desc"

    article_id = fields.Many2one(
        "school.knowledge.article",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    answer = fields.Selection(
        [("yes", "It helped"), ("no", "It did not help")], required=True, readonly=True
    )

    _user_uniq = models.UniqueIndex("(article_id, user_id) WHERE user_id IS NOT NULL")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}
