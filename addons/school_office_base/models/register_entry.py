import json

from markupsafe import Markup

from odoo import api, fields, models

from ..tools import triggers


class SchoolRegisterEntry(models.Model):
    """One line of a register. It is written once, by ``school.register._append``."""

    _name = "school.register.entry"
    _description = "Register entry"
    _inherit = ["school.fact.mixin", "school.pointer.mixin"]
    _order = "year desc, seq desc, id desc"
    _rec_names_search = ["number", "event", "payload"]

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)

    # Moments and names are kept as they were, besides the links that lead there now.
    register_id = fields.Many2one(
        "school.register",
        "Register Book",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    register_code = fields.Char(required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=False)
    seq = fields.Integer("No.", required=True, readonly=True, aggregator=False)
    event = fields.Char(required=True, readonly=True)
    event_name = fields.Char("What Happened", compute="_compute_event_name")
    number = fields.Char(readonly=True, index="trigram")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    payload = fields.Text("Recorded", required=True, readonly=True)
    payload_html = fields.Html(
        "What Was Recorded", compute="_compute_payload_html", sanitize=False
    )
    summary = fields.Char(compute="_compute_summary")
    at = fields.Datetime("Recorded On", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    user_name = fields.Char("By", required=True, readonly=True)
    on_behalf_of_id = fields.Many2one(
        "res.users", "On Behalf of (User)", readonly=True, index="btree_not_null"
    )
    on_behalf_of_name = fields.Char("For", readonly=True)
    is_marked = fields.Boolean(
        "Marked",
        readonly=True,
        help="The record was marked with a secrecy level that limits its readers.",
    )
    prev_hash = fields.Char("Hash Before", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)

    _seq_uniq = models.UniqueIndex(
        "(register_id, year, seq)", "This line of the register is taken."
    )
    _record_idx = models.Index("(res_model, res_id)")
    _book_order_idx = models.Index("(company_id, year DESC, seq DESC, id DESC)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.append_only(self.env.cr, self._table)

    def _is_deletable(self):
        return False

    @api.depends("register_id", "year", "seq")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.register_id.name} {entry.year}/{entry.seq}"

    @api.model
    def _event_names(self):
        """Return ``{event: label}``; engines and addons add the events they record."""
        return {
            "opened": self.env._("Opened"),
            "changed": self.env._("Changed"),
            "void": self.env._("Void"),
            "entry": self.env._("Entered"),
            "correction": self.env._("Corrected by a later entry"),
        }

    @api.depends("event")
    @api.depends_context("lang")
    def _compute_event_name(self):
        names = self._event_names()
        for entry in self:
            entry.event_name = names.get(entry.event, entry.event)

    @api.depends("payload")
    @api.depends_context("lang")
    def _compute_summary(self):
        for entry in self:
            entry.summary = "; ".join(
                f"{label}: {value}" for label, value in entry._payload_lines() if value
            )

    @api.depends("payload")
    @api.depends_context("lang")
    def _compute_payload_html(self):
        row = Markup(
            "<tr><th class='text-nowrap fw-normal text-muted'>%s</th>"
            "<td class='text-break'>%s</td></tr>"
        )
        for entry in self:
            lines = Markup("").join(row % line for line in entry._payload_lines())
            entry.payload_html = (
                Markup("<table class='table table-sm mb-0'><tbody>%s</tbody></table>")
                % lines
            )

    def _payload_lines(self):
        """Return the recorded facts as (label, value) in words, in the order of the
        form.
        """
        self.ensure_one()
        model = self._payload_model()
        payload = json.loads(self.payload or "{}")
        order = (
            {name: index for index, name in enumerate(model._fields)}
            if model is not None
            else {}
        )
        return [
            (
                self._payload_label(model, key),
                self._payload_text(model, key, payload[key]),
            )
            for key in sorted(payload, key=lambda key: order.get(key, len(order)))
            if key not in self._payload_unspoken()
        ]

    def _payload_model(self):
        """The model whose fields tell what the recorded keys and values mean."""
        return self.env.get(self.res_model)

    def _payload_unspoken(self):
        """Keys that are recorded for machines and say nothing to people."""
        return frozenset()

    def _payload_label(self, model, key):
        fields_of = model._fields if model is not None else {}
        for pattern in ("%s", "%s_id", "%s_ids", "%s_count", "count_%s"):
            field = fields_of.get(pattern % key)
            if field:
                return field._description_string(self.env) or key
        own = {
            "person": self.env._("Person"),
            "old_pattern": self.env._("Pattern before"),
            "old_reset": self.env._("Restart before"),
        }
        return own.get(key) or key.replace("_", " ").capitalize()

    def _payload_text(self, model, key, value):
        field = model is not None and model._fields.get(key)
        if value is None or value is False:
            return ""
        if value is True or value == "yes":
            return self.env._("yes")
        if value == "no":
            return self.env._("no")
        if key == "kind" and self.res_model == "school.number.series":
            series = self.env["school.number.series"].sudo().browse(self.res_id)
            return series.exists().name or value
        if field and field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value, value)
        if isinstance(value, list):
            return ", ".join(self._payload_text(None, "", item) for item in value)
        if isinstance(value, dict):
            return ", ".join(
                f"{name}: {self._payload_text(None, '', item)}"
                for name, item in value.items()
            )
        return str(value)
