from odoo import fields, models

from odoo.addons.school_office_base.tools.pg_guard import guard_table


class SchoolKnowledgeVersion(models.Model):
    """What an article said from one day on: rows are only ever added."""

    _name = "school.knowledge.version"
    _description = "Version of a Knowledge Article"
    _inherit = ["school.record"]
    _order = "article_id, number desc"

    article_id = fields.Many2one(
        "school.knowledge.article",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    number = fields.Integer("Version", required=True, readonly=True)
    name = fields.Char("Title", required=True, readonly=True)
    body = fields.Html("Text", readonly=True, sanitize=True)
    published_at = fields.Datetime("Published On", required=True, readonly=True)
    published_by_id = fields.Many2one("res.users", readonly=True)

    _number_uniq = models.UniqueIndex("(article_id, number)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_table(
            self.env.cr, self._table, "A published version of an article never changes."
        )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False
