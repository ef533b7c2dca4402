from odoo import fields, models


class SchoolApprovalPhrase(models.Model):
    """An opinion a person writes often (同意, 请…办理), one tap away."""

    _name = "school.approval.phrase"
    _description = "Quick Opinion"
    _inherit = ["school.record"]
    _order = "sequence, id"
    _rec_name = "text"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
    )
    text = fields.Char("Opinion", required=True)
    sequence = fields.Integer(default=10)

    _text_uniq = models.Constraint(
        "UNIQUE(user_id, company_id, text)", "You keep this opinion already."
    )

    def _mine(self, decision="approve"):
        """Texts offered to the current user: his own and the usual ones."""
        if decision in ("refuse", "return"):
            usual = [
                self.env._("Please complete the papers."),
                self.env._("Please give the reason."),
                self.env._("Please talk to me first."),
            ]
        else:
            usual = [
                self.env._("Agreed."),
                self.env._("Agreed. Please handle."),
                self.env._("Please handle and report back."),
                self.env._("Read."),
            ]
        own = self.search([("user_id", "=", self.env.uid)]).mapped("text")
        return own + [text for text in usual if text not in own]
