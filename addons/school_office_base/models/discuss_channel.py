from odoo import api, fields, models
from odoo.exceptions import AccessError


class DiscussChannel(models.Model):
    """Channels of Discuss stay inside the school in which they were opened.

    Core shows every open channel, with its messages and members, to every internal user
    of the instance, and enrols new users in it. Chats and groups need nothing: only
    their members see them, and members are found under the rules of partners.
    """

    _inherit = "discuss.channel"

    company_id = fields.Many2one(
        "res.company",
        "School",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="An open channel is seen by the people of this school only.",
    )

    @api.depends("parent_channel_id", "channel_type")
    def _compute_company_id(self):
        here = self.env.company if self.env.company.is_school else False
        for channel in self:
            if channel.channel_type != "channel":
                channel.company_id = False
            elif channel.parent_channel_id:
                channel.company_id = channel.parent_channel_id.company_id
            elif not channel.company_id:
                channel.company_id = here

    def write(self, vals):
        if "company_id" in vals and not self.env.su:
            raise AccessError(
                self.env._("A channel stays in the school in which it was opened.")
            )
        return super().write(vals)

    def _subscribe_users_automatically_get_members(self):
        members = super()._subscribe_users_automatically_get_members()
        for channel in self:
            partners = self.env["res.partner"].browse(members.get(channel.id, ()))
            # sudo: the schools of colleagues decide, whoever opens the channel
            users = partners.sudo().user_ids
            school = channel.sudo().company_id
            if school:
                kept = users.filtered(lambda u, s=school: s in u.company_ids)
            else:
                kept = users.filtered(lambda u: not u.company_id.is_school)
            members[channel.id] = kept.partner_id.ids
        return members
