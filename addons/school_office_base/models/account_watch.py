from functools import partial

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

ACCOUNTS = "accounts"
SPOKEN_FOR = "school.account.spoken_for"


class ResUsers(models.Model):
    """What others do to an account is told to its owner, and stands in a register.

    Whoever can change the address to which a password link goes can take an account
    over. So the owner hears of it at his old address and at his new one, in his
    language, and the register "accounts" keeps who did what and when.
    """

    _inherit = "res.users"

    def write(self, vals):
        if not {"login", "password", "email"} & vals.keys():
            return super().write(vals)
        before = self._account_state("login")
        # Ours says who did it, in the language of the owner: one letter is enough.
        spoken_for = self.env.cr.cache.setdefault(SPOKEN_FOR, set())
        ours = {user.id for user in self._account_watched()} - spoken_for
        spoken_for |= ours
        try:
            result = super().write(vals)
        finally:
            spoken_for -= ours
        self._account_note_changes("login", before)
        if vals.get("password"):
            self._account_note("password_set", {user: {} for user in self})
        return result

    def _notify_security_setting_update(
        self, subject, content, mail_values=None, **kwargs
    ):
        spoken_for = self.env.cr.cache.get(SPOKEN_FOR, ())
        others = self.filtered(lambda user: user.id not in spoken_for)
        return super(ResUsers, others)._notify_security_setting_update(
            subject, content, mail_values, **kwargs
        )

    def _account_watched(self):
        """Accounts in schools that somebody else than their owner changes now."""
        if self.env.uid == SUPERUSER_ID or self.env.user._is_public():
            # The set-up of people by the system, and who uses a link he was sent.
            return self.browse()
        return self.filtered(
            lambda user: user.id != self.env.uid and user.sudo()._account_schools()
        )

    def _account_schools(self):
        return self.company_ids.filtered(
            lambda company: company.is_school and company.school_state != "closed"
        )

    def _action_reset_password(self, signup_type="reset"):
        result = super()._action_reset_password(signup_type=signup_type)
        self._account_note_link()
        return result

    def _account_state(self, name):
        """``{user: value}`` of what is watched, before a change."""
        return {user: user[name] or "" for user in self.sudo()}

    @api.model
    def _account_note_changes(self, name, before):
        """Tell the owners of the accounts that differ from ``before``."""
        changed = {
            user: {"old": value, "new": user[name] or ""}
            for user, value in before.items()
            if value != (user[name] or "")
        }
        self._account_note(f"{name}_changed", changed, name)

    def _account_note_link(self):
        """A link to set the password was sent to these accounts."""
        self._account_note(
            "link_sent",
            {user: {"new": user.email or ""} for user in self.sudo()},
            "email",
        )

    @api.model
    def _account_note(self, event, changes, name=None):
        """Log what the caller did to accounts of others, and tell their owners.

        :param changes: ``{user: {"old": …, "new": …}}``; both may be missing
        """
        rows, told = {}, []
        for user in self.browse().union(*changes)._account_watched():
            change = changes[user]
            schools = user.sudo()._account_schools()
            for school in schools:
                payload = {"name": user.sudo().name}
                if name:
                    values = [change.get("old"), change.get("new")]
                    payload[name] = " → ".join(filter(None, values))
                rows.setdefault(school, []).append(
                    {"event": event, "record": user.sudo(), "payload": payload}
                )
            told.append((user.sudo(), schools[0], change))
        for school, entries in rows.items():
            school._account_register()
            self.env["school.register"]._append(school, ACCOUNTS, entries)
        for user, school, change in told:
            self._account_tell(event, user, school, change)

    @api.model
    def _account_tell(self, event, user, school, change):
        """Write to the old and the new address, and to the inbox of the person."""
        env = self.with_context(lang=user.lang or "en_US").env
        subject = partial(self._account_subject, school=school)
        body = partial(
            self._account_body, event=event, author=self.env.user, change=change
        )
        by_mail = {email_normalize(user.email or "")}
        if event == "email_changed":
            by_mail.add(email_normalize(change["old"]))
        # sudo: mail to the owner, whoever changed his account
        self.env["mail.mail"].sudo().create(
            [
                {
                    "subject": subject(env),
                    "body_html": Markup("<p>%s</p>") % body(env),
                    "email_to": address,
                    "email_from": school.email_formatted
                    or self.env.user.email_formatted,
                    "author_id": school.partner_id.id,
                    "message_type": "user_notification",
                    "auto_delete": True,
                }
                for address in sorted(filter(None, by_mail))
            ]
        )
        if user.notification_type == "inbox":
            self.env["school.notice"]._queue(
                user, subject, body, company=school, kind="account"
            )

    @api.model
    def _account_subject(self, env, school):
        return env._("Your account at %(school)s was changed", school=school.name)

    @api.model
    def _account_body(self, env, event, author, change):
        author = author.sudo().name
        old, new = change.get("old") or "–", change.get("new") or "–"
        what = {
            "login_changed": lambda: env._(
                "%(author)s changed your sign-in name from %(old)s to %(new)s.",
                author=author,
                old=old,
                new=new,
            ),
            "email_changed": lambda: env._(
                "%(author)s changed your e-mail address from %(old)s to %(new)s.",
                author=author,
                old=old,
                new=new,
            ),
            "password_set": lambda: env._(
                "%(author)s set a new password for your account.", author=author
            ),
            "link_sent": lambda: env._(
                "%(author)s had a link to set your password sent to %(new)s.",
                author=author,
                new=new,
            ),
        }[event]()
        return "{} {}".format(
            what,
            env._(
                "If you do not know why, speak to the office of your school at once."
            ),
        )


class ResPartner(models.Model):
    """The e-mail address of an account is kept on its partner."""

    _inherit = "res.partner"

    def write(self, vals):
        # sudo: whether a contact signs in is not the caller's to read
        users = self.sudo().user_ids if "email" in vals else self.env["res.users"]
        before = users._account_state("email")
        result = super().write(vals)
        if before:
            # The e-mail of a user is his partner's, by whatever form it was changed.
            self.env["res.users"]._account_note_changes("email", before)
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def _school_set_up(self):
        """Open the register of what was done to accounts."""
        result = super()._school_set_up()
        self._account_register()
        return result

    def _account_register(self):
        for company in self.sudo():
            self.env["school.register"]._ensure(company, ACCOUNTS, _lt("Accounts"))


class SchoolRegisterEntry(models.Model):
    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        return {
            **super()._event_names(),
            "login_changed": self.env._("Sign-in name changed"),
            "email_changed": self.env._("E-mail address changed"),
            "password_set": self.env._("Password set by another person"),
            "link_sent": self.env._("Password link sent"),
        }
