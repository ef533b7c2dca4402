from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, sql

from ..tools import bigrams

FILE_TEXT_LIMIT = 100_000


class SchoolSearchMixin(models.AbstractModel):
    """Words of one, two or more characters found at once, also in Chinese.

    Set ``_search_fields_text`` to the fields to look in; dotted names are followed. Put
    ``<field name="search_text"/>`` first in the search view, or ``("search_text",
    "ilike", words)`` in a domain: all words must be there, in any order, wherever they
    stand. It is an ordinary domain, so rules apply.

    The text is kept normalised in ``search_document`` and cut into the tokens of
    ``search_tokens`` (see ``tools/bigrams.py``), with a GIN index on the array of them:
    no extension, no dictionary. The index gives the few candidates, LIKE decides.
    """

    _name = "school.search.mixin"
    _description = "Found by words"

    _search_fields_text = ("name",)

    search_text = fields.Char(
        "Search",
        compute="_compute_search_text",
        search="_search_search_text",
        help="Words in any order, also of a single character.",
    )
    # Text of one field may be more secret than the record; nobody reads these two.
    search_document = fields.Text(
        compute="_compute_search_document",
        store=True,
        copy=False,
        prefetch=False,
        compute_sudo=True,
        groups=NO_ACCESS,
    )
    search_tokens = fields.Text(
        compute="_compute_search_document",
        store=True,
        copy=False,
        prefetch=False,
        compute_sudo=True,
        groups=NO_ACCESS,
    )

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        sql.create_index(
            self.env.cr,
            sql.make_index_name(self._table, "search_tokens"),
            self._table,
            ["string_to_array(search_tokens, ' ')"],
            method="gin",
        )

    @api.model
    def _search_text_dependencies(self):
        return tuple(self._search_fields_text)

    def _compute_search_text(self):
        self.search_text = False

    @api.depends(lambda self: self._search_text_dependencies())
    def _compute_search_document(self):
        file_texts = self._search_file_texts()
        for record in self:
            texts = [
                str(value)
                for name in self._search_fields_text
                for value in record.mapped(name)
                if value
            ]
            texts += file_texts.get(record.id, ())
            document = bigrams.normalise("\n".join(texts))[: bigrams.MAX_LENGTH]
            record.search_document = document
            record.search_tokens = " ".join(sorted(bigrams.index_tokens(document)))

    def _search_file_texts(self):
        """Return ``{id: texts}`` that Odoo extracted from the records' files.

        They are looked at again when files change if the model has
        ``school.frozen.mixin``, too.
        """
        if not self.ids:
            return {}
        files = self.env["ir.attachment"]._fields
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id, name, left(index_content, %s)
                     FROM ir_attachment
                    WHERE res_model = %s AND res_id IN %s AND res_field IS NULL
                 ORDER BY id""",
                FILE_TEXT_LIMIT,
                self._name,
                tuple(self.ids),
                to_flush=[files[name] for name in ("name", "res_id", "index_content")],
            )
        )
        texts = {}
        for record_id, name, content in rows:
            texts.setdefault(record_id, []).extend(filter(None, (name, content)))
        return texts

    def _after_files_changed(self):  # pylint: disable=missing-return
        parent = getattr(super(), "_after_files_changed", None)
        if parent:
            parent()
        self._rebuild_search()

    def _rebuild_search(self):
        """Compute the searched text anew, e.g. after a change of its rules."""
        for name in ("search_document", "search_tokens"):
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _search_search_text(self, operator, value):
        if operator not in ("in", "ilike", "like", "=ilike", "=like"):
            return NotImplemented
        if operator == "in":
            return Domain.OR(
                self._search_words_domain(bigrams.words(text)) for text in value if text
            )
        return self._search_words_domain(bigrams.words((value or "").strip("%")))

    @api.model
    def _search_words_domain(self, words):
        if not words:
            return Domain.TRUE
        tokens = sorted(set().union(*(bigrams.query_tokens(word) for word in words)))

        def to_sql(model, alias, query):
            document = SQL.identifier(
                alias, "search_document", to_flush=model._fields["search_document"]
            )
            conditions = [
                SQL("%s LIKE %s", document, f"%{_escape(word)}%") for word in words
            ]
            if tokens:
                conditions.insert(
                    0,
                    SQL(
                        "string_to_array(%s, ' ') @> %s::text[]",
                        SQL.identifier(
                            alias,
                            "search_tokens",
                            to_flush=model._fields["search_tokens"],
                        ),
                        tokens,
                    ),
                )
            return SQL("(%s)", SQL(" AND ").join(conditions))

        return Domain.custom(to_sql=to_sql)


def _escape(word):
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
