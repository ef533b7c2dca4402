from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

from odoo.addons.school_office_base.tools import bigrams

AGENT = "school_office_service_desk.group_desk_agent"
MANAGER = "school_office_service_desk.group_desk_manager"
CANDIDATES = 100
SHOWN = 5


class SchoolKnowledgeArticle(models.Model):
    """An answer that is asked for again and again (知识库, DESK-60).

    The text is written as a draft and published as a version that never changes.
    Published articles are suggested while somebody types a request, and put into
    answers by the desk.
    """

    _name = "school.knowledge.article"
    _description = "Knowledge Article"
    _inherit = ["school.record", "school.search.mixin", "mail.thread"]
    _order = "theme_id, name, id"
    _search_fields_text = ("name", "keywords", "theme_id.name", "published_text")
    _server_fields = frozenset(
        {
            "state",
            "current_version_id",
            "published_name",
            "published_body",
            "published_text",
            "published_at",
            "helpful_count",
            "unhelpful_count",
        }
    )

    name = fields.Char("Question or Title", required=True, tracking=True)
    theme_id = fields.Many2one(
        "school.knowledge.theme",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    keywords = fields.Char(
        help="Other words for it, separated by commas: Wi-Fi, 无线网, 上不了网."
    )
    body = fields.Html("Draft", sanitize=True, sanitize_attributes=True)
    is_public = fields.Boolean(
        "Public",
        help="Parents and visitors find it on the public pages, too; else only staff.",
    )
    service_ids = fields.Many2many(
        "school.service",
        "school_knowledge_article_service_rel",
        "article_id",
        "service_id",
        "Services",
        check_company=True,
        help="Suggested first where one of these is asked for.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    current_version_id = fields.Many2one(
        "school.knowledge.version",
        "In Force",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_ids = fields.One2many(
        "school.knowledge.version", "article_id", "Versions", readonly=True
    )
    version_number = fields.Integer(
        related="current_version_id.number", string="Version"
    )
    published_name = fields.Char("Title", readonly=True, copy=False)
    published_body = fields.Html(
        "Published Text", readonly=True, copy=False, sanitize=True
    )
    published_text = fields.Text("Plain Text", readonly=True, copy=False)
    published_at = fields.Datetime("Published On", readonly=True, copy=False)
    is_changed = fields.Boolean("Changed Since", compute="_compute_is_changed")
    helpful_count = fields.Integer("Helpful", readonly=True, copy=False)
    unhelpful_count = fields.Integer("Not Helpful", readonly=True, copy=False)
    feedback_ids = fields.One2many("school.knowledge.feedback", "article_id")
    my_feedback = fields.Selection(
        [("yes", "It helped"), ("no", "It did not help")],
        compute="_compute_my_feedback",
    )

    _published_idx = models.Index(
        "(company_id, theme_id, name, id) WHERE state='published'"
    )

    @api.depends("name", "body", "published_name", "published_body", "state")
    def _compute_is_changed(self):
        for article in self:
            article.is_changed = article.state == "published" and (
                article.name != article.published_name
                or (article.body or "") != (article.published_body or "")
            )

    @api.depends_context("uid")
    def _compute_my_feedback(self):
        mine = {
            feedback.article_id.id: feedback.answer
            for feedback in self.env["school.knowledge.feedback"]
            .sudo()
            .search([("article_id", "in", self.ids), ("user_id", "=", self.env.uid)])
        }
        for article in self:
            article.my_feedback = mine.get(article.id)

    def _is_deletable(self):
        return not self.sudo().version_ids and (
            self.env.su or self.create_uid == self.env.user
        )

    # Publishing

    def action_publish(self):
        """Publish the draft as a new version; what stood before stays readable."""
        self._check_manager()
        for article in self:
            text = html2plaintext(article.body or "").strip()
            if not text:
                raise UserError(
                    self.env._("“%(article)s” has no text yet.", article=article.name)
                )
            if article.state == "published" and not article.is_changed:
                raise UserError(
                    self.env._("“%(article)s” has not changed.", article=article.name)
                )
            # Superuser: versions are the server's; the caller was checked above.
            own = article.sudo()
            version = own.version_ids.create(
                {
                    "company_id": own.company_id.id,
                    "article_id": own.id,
                    "number": len(own.version_ids) + 1,
                    "name": own.name,
                    "body": own.body,
                    "published_at": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                }
            )
            own.write(
                {
                    "state": "published",
                    "current_version_id": version.id,
                    "published_name": own.name,
                    "published_body": own.body,
                    "published_text": text,
                    "published_at": version.published_at,
                }
            )
        return True

    def action_withdraw(self):
        """Take the article out of sight; its versions stay."""
        self._check_manager()
        self.sudo().write({"state": "withdrawn"})
        return True

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only the manager of the service desk publishes articles.")
            )

    # Helpful?

    def action_helpful(self):
        """Say that the article helped."""
        return self._give_feedback("yes")

    def action_unhelpful(self):
        """Say that the article did not help."""
        return self._give_feedback("no")

    def _give_feedback(self, answer):
        self.ensure_one()
        self.check_access("read")
        self._feedback(answer, self.env.user)
        return True

    def _feedback(self, answer, user=None):
        """Count an answer; an employee has one, and may change his mind."""
        self.ensure_one()
        if self.sudo().state != "published":
            raise UserError(self.env._("This article is not published."))
        Feedback = self.env["school.knowledge.feedback"].sudo()
        known = Feedback
        if user:
            known = Feedback.search(
                [("article_id", "=", self.id), ("user_id", "=", user.id)]
            )
        if known:
            known.answer = answer
        else:
            Feedback.create(
                {
                    "company_id": self.sudo().company_id.id,
                    "article_id": self.id,
                    "user_id": user.id if user else False,
                    "answer": answer,
                }
            )
        self._recount()

    def _recount(self):
        counts = {
            answer: count
            for answer, count in self.env["school.knowledge.feedback"]
            .sudo()
            ._read_group([("article_id", "=", self.id)], ["answer"], ["__count"])
        }
        self.sudo().write(
            {
                "helpful_count": counts.get("yes", 0),
                "unhelpful_count": counts.get("no", 0),
            }
        )

    # Suggestions

    @api.model
    @api.readonly
    def suggest(self, text, service_id=False):
        """Articles that may answer what somebody is typing, best first.

        For the forms of the backend; obeys the rights of the caller.
        """
        articles = self._suggest(
            self.env.company, str(text or "")[:500], service_id=service_id
        )
        return [
            {
                "id": article.id,
                "name": article.published_name,
                "theme": article.theme_id.name,
                "text": article._excerpt(),
            }
            for article in articles
        ]

    def _excerpt(self, length=160):
        text = " ".join((self.published_text or "").split())
        return text if len(text) <= length else text[: length - 1] + "…"

    @api.model
    def _suggest(self, company, text, service_id=False, public_only=False, limit=SHOWN):
        """Published articles of ``company`` that share most with ``text``.

        Two queries, whatever there is: PostgreSQL finds articles with any of the
        words through the index of the search, and they are weighed here. Title and
        keywords count thrice as much as the text; the service that is asked for lifts
        an article; what others found helpful breaks ties.
        """
        tokens = bigrams.query_tokens(bigrams.normalise(text))
        if not tokens:
            return self.browse()
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "published")
            & self._any_token_domain(sorted(tokens)[:60])
        )
        if public_only:
            domain &= Domain("is_public", "=", True)
        found = self.search_fetch(
            domain,
            ["published_name", "keywords", "published_text", "theme_id"],
            order="helpful_count desc, id",
            limit=CANDIDATES,
        )
        weights = {}
        for article in found:
            head = bigrams.index_tokens(
                bigrams.normalise(f"{article.published_name} {article.keywords or ''}")
            )
            body = bigrams.index_tokens(bigrams.normalise(article.published_text))
            weight = 3 * len(tokens & head) + len(tokens & body)
            if service_id and service_id in article.service_ids.ids:
                weight *= 2
            # A single shared syllable is chance, not an answer.
            if weight >= min(3, len(tokens)):
                weights[article] = weight
        best = sorted(weights, key=lambda article: -weights[article])
        return self.browse(article.id for article in best[:limit])

    @api.model
    def _any_token_domain(self, tokens):
        def to_sql(model, alias, query):
            return SQL("%s && %s::text[]", model._search_array(alias), tokens)

        return Domain.custom(to_sql=to_sql)
