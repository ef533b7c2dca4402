from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, sql

from ..tools import bigrams

FILE_TEXT_LIMIT = 100_000
PENDING_KILOBYTES = 256


class SchoolSearchMixin(models.AbstractModel):
    """Words of one, two or more characters found at once, also in Chinese.

    Set ``_search_fields_text`` to the fields to look in; dotted names are followed. Put
    ``<field name="search_text"/>`` first in the search view, or ``("search_text",
    "ilike", words)`` in a domain: all words must be there, in any order, wherever they
    stand. It is an ordinary domain, so rules apply.

    The text is kept normalised in ``search_document`` and cut into the tokens of
    ``search_tokens`` (see ``tools/bigrams.py``), with a GIN index on the array of them:
    no extension, no dictionary. The index gives the few candidates, LIKE decides.

    The school of the row is one more token of the index: a word that hundreds of
    schools use costs each of them no more than its own rows. Use the mixin together
    with ``school.record``.
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
        precompute=True,
        copy=False,
        prefetch=False,
        compute_sudo=True,
        groups=NO_ACCESS,
    )
    search_tokens = fields.Text(
        compute="_compute_search_document",
        store=True,
        precompute=True,
        copy=False,
        prefetch=False,
        compute_sudo=True,
        groups=NO_ACCESS,
    )

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        cr, table = self.env.cr, self._table
        name = sql.make_index_name(table, "school_search_tokens")
        if sql.index_exists(cr, name):
            return
        # The one without the school, of earlier versions.
        sql.drop_index(cr, sql.make_index_name(table, "search_tokens"), table)
        # New rows wait in a list that every search reads to its end: a short one.
        cr.execute(
            SQL(
                "CREATE INDEX %s ON %s USING gin (%s) WITH (gin_pending_list_limit=%s)",
                SQL.identifier(name),
                SQL.identifier(table),
                self._search_array(table),
                PENDING_KILOBYTES,
            )
        )

    @api.model
    def _search_array(self, alias):
        """SQL: the tokens of a row and the school to which it belongs, as indexed."""
        return SQL(
            "string_to_array(%s || ' company:' || %s::text, ' ')",
            SQL.identifier(
                alias, "search_tokens", to_flush=self._fields["search_tokens"]
            ),
            SQL.identifier(alias, "company_id", to_flush=self._fields["company_id"]),
        )

    @api.model
    def _search_school_tokens(self):
        """The school in which the rules let the user search, if it is a single one."""
        companies = self.env.companies
        if self.env.su or len(companies) != 1:
            return []
        return [f"company:{companies.id}"]

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

    @api.model
    def _add_precomputed_values(self, vals_list):
        # Superuser: nobody reads the searched text, which is written with the row.
        return super(SchoolSearchMixin, self.sudo())._add_precomputed_values(vals_list)

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
        text = value or ""
        if operator.startswith("="):
            # Its wildcards at both ends; elsewhere a percent sign is one of the text.
            text = text.strip("%")
        return self._search_words_domain(bigrams.words(text))

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
            wanted = tokens + model._search_school_tokens()
            if wanted:
                array = model._search_array(alias)
                conditions.insert(0, SQL("%s @> %s::text[]", array, wanted))
            return SQL("(%s)", SQL(" AND ").join(conditions))

        return Domain.custom(to_sql=to_sql)


def _escape(word):
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
