from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _school_leaver_blockers(self, company):
        """Add the things this person holds and what he was sent and has not answered.

        A person who leaves hands over everything (党政机关公文处理工作条例, ch. 7).
        """
        sentences = super()._school_leaver_blockers(company)
        here = [("company_id", "=", company.id)]
        # sudo: whoever prepares the leaving need not be party to each of these
        custodies = self.env["school.custody"].sudo()
        for custody in custodies.search(
            [*here, ("state", "!=", "ended"), ("holder_id", "=", self.id)]
        ):
            sentences.append(
                self.env._(
                    "Holds %(thing)s: hand it over.",
                    thing=custody.title,
                )
            )
        for custody in custodies.search(
            [
                *here,
                ("state", "!=", "ended"),
                ("custodian_id", "=", self.id),
                ("holder_id", "!=", self.id),
            ]
        ):
            sentences.append(
                self.env._(
                    "Is the custodian of %(thing)s, which %(person)s has: name a new "
                    "custodian.",
                    thing=custody.title,
                    person=custody.holder_id.name,
                )
            )
        for receipt in (
            self.env["school.receipt"]
            .sudo()
            .search(
                [
                    *here,
                    ("user_id", "=", self.id),
                    "|",
                    ("is_open", "=", True),
                    ("state", "=", "waiting"),
                ]
            )
        ):
            sentences.append(
                self.env._(
                    "Has not answered: %(title)s.",
                    title=receipt.title,
                )
            )
        return sentences
