from odoo import api, models

PUBLISHED = 6
ARTICLES = 200


class SchoolDeskPublic(models.AbstractModel):
    """What the public pages show of surveys and of the knowledge base."""

    _inherit = "school.desk.public"

    @api.model
    def _results(self, company):
        """The published surveys of a school, newest first (DESK-56)."""
        surveys = (
            self.env["school.desk.survey"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("state", "=", "published")],
                limit=PUBLISHED,
            )
        )
        zone = company._worktime()
        return [
            {
                "name": survey.display_name,
                "published": zone.local(survey.published_at).strftime("%Y-%m-%d"),
                "answers": survey.answer_count,
                "results": [
                    {
                        "name": result.name,
                        "share": f"{result.share:g} %",
                        "value": result.share,
                        "target": f"{result.target:g} %",
                        "below": result.is_below,
                    }
                    for result in survey.result_ids
                    if result.is_shown
                ],
            }
            for survey in surveys
        ]

    @api.model
    def _articles(self, company, text=""):
        """Public articles by theme, or those that answer ``text``."""
        Article = self.env["school.knowledge.article"].sudo()
        if text:
            found = Article._suggest(company, text, public_only=True, limit=20)
        else:
            found = Article.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "published"),
                    ("is_public", "=", True),
                ],
                limit=ARTICLES,
            )
        base = company._school_desk_url("/knowledge")
        return [
            {
                "name": article.published_name,
                "theme": article.theme_id.name,
                "text": article._excerpt(),
                "url": f"{base}/{article.id}",
            }
            for article in found
        ]

    @api.model
    def _article(self, company, number):
        """One public article of the school, or none."""
        article = (
            self.env["school.knowledge.article"]
            .sudo()
            .search(
                [
                    ("id", "=", number),
                    ("company_id", "=", company.id),
                    ("state", "=", "published"),
                    ("is_public", "=", True),
                ]
            )
        )
        return article
