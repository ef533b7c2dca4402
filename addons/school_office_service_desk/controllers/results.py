from odoo.http import request

from odoo.addons.school_office_base.tools import tokens

from ..models.desk_public_submit import TooManyError
from .desk import DeskController, desk_route


class DeskResults(DeskController):
    """Published survey results and public answers to frequent questions."""

    @desk_route("/desk/<string:slug>/results", "GET")
    def results(self, slug, **kwargs):
        school = self._desk()._school(slug)
        if not school:
            return self._unknown()
        return self._page(
            "desk_results",
            {
                "title": request.env._("How satisfied people are"),
                "surveys": self._desk()._results(school),
            },
            school=school,
        )

    @desk_route("/desk/<string:slug>/knowledge", "GET")
    def knowledge(self, slug, q="", **kwargs):
        school = self._desk()._school(slug)
        if not school:
            return self._unknown()
        words = (q or "")[:200]
        return self._page(
            "desk_knowledge",
            {
                "title": request.env._("Questions and answers"),
                "words": words,
                "articles": self._desk()._articles(school, words),
                "here": school._school_desk_url("/knowledge"),
            },
            school=school,
        )

    @desk_route("/desk/<string:slug>/knowledge/<int:number>", "GET")
    def article(self, slug, number, **kwargs):
        school, article = self._find_article(slug, number)
        if not article:
            return self._unknown()
        return self._article_page(school, article)

    @desk_route("/desk/<string:slug>/knowledge/<int:number>", "POST")
    def helpful(self, slug, number, answer="", **kwargs):
        """Count whether it helped, once a browser and article."""
        school, article = self._find_article(slug, number)
        if not article or answer not in ("yes", "no"):
            return self._unknown()
        try:
            self._desk()._count(school, request.env.user, self._address())
        except TooManyError as error:
            return self._too_many(error, school)
        mark = f"desk_helpful_{article.id}"
        if request.cookies.get(mark):
            return self._article_page(school, article, thanked=True)
        article._feedback(answer)
        response = self._article_page(school, article, thanked=True)
        response.set_cookie(
            mark,
            "1",
            max_age=90 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.httprequest.scheme == "https",
            path=request.httprequest.path,
        )
        return response

    def _find_article(self, slug, number):
        school = self._desk()._school(slug)
        if not school or not tokens.possible_id(number):
            return school, None
        return school, self._desk()._article(school, number)

    def _article_page(self, school, article, thanked=False):
        return self._page(
            "desk_article",
            {
                "title": article.published_name,
                "article": {
                    "name": article.published_name,
                    "theme": article.theme_id.name,
                    # Cleaned by the field when it was written.
                    "body": article.published_body,
                },
                "thanked": thanked,
                "back": school._school_desk_url("/knowledge"),
            },
            school=school,
        )
