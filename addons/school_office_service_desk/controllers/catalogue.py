import secrets

from odoo.http import request

from ..models.desk_public_submit import TooManyError
from .desk import DeskController, desk_route


class DeskCatalogue(DeskController):
    """The service guide of a school and the forms of its services."""

    @desk_route("/desk/<string:slug>", "GET")
    def catalogue(self, slug, **kwargs):
        school = self._desk()._school(slug)
        if not school:
            return self._unknown()
        if self._desk()._is_closed(school):
            return self._closed(school)
        values = self._desk()._catalogue(school, request.env.user)
        response = self._page(
            "desk_catalogue",
            {"title": request.env._("How can we help?"), **values},
            school=school,
        )
        return response

    @desk_route("/desk/<string:slug>/<string:code>", "GET")
    def service_form(self, slug, code, anonymous="", **kwargs):
        school, service, refused = self._find(slug, code)
        if refused:
            return refused
        return self._sheet(school, service, anonymous=bool(anonymous))

    @desk_route("/desk/<string:slug>/<string:code>", "POST")
    def service_submit(self, slug, code, anonymous="", **kwargs):
        school, service, refused = self._find(slug, code)
        if refused:
            return refused
        return self._take(school, service, anonymous=bool(anonymous))

    def _find(self, slug, code):
        """Return ``(school, service, None)`` or ``(…, …, the page that says no)``."""
        school = self._desk()._school(slug)
        if not school:
            return None, None, self._unknown()
        if self._desk()._is_closed(school):
            return school, None, self._closed(school)
        service = self._desk()._service(school, code, request.env.user)
        if not service:
            return school, None, self._unknown()
        return school, service, None

    def _sheet(
        self, school, service, door=None, url=None, anonymous=False, result=None
    ):
        """Show the form, empty or with what was wrong."""
        desk = self._desk()
        anonymous = bool(anonymous and service.allow_anonymous and not door)
        back = url or school._school_desk_url()
        action = f"{back}/{service.code}"
        result = result or {}
        form = desk._form(
            service,
            request.env.user,
            door,
            anonymous,
            result.get("given"),
            result.get("errors"),
        )
        sheet = (request.httprequest.form.get("sheet") or "") if result else ""
        form.update(
            action=action,
            back=back,
            named_url=action,
            anonymous_url=f"{action}?anonymous=1",
            sheet=sheet or secrets.token_hex(16),
        )
        return self._page(
            "desk_form",
            {
                "title": service.name,
                "service": desk._service_values(service, back),
                "form": form,
                "door": desk._door_values(door, url) if door else None,
            },
            400 if result else 200,
            school,
        )

    def _take(self, school, service, door=None, url=None, anonymous=False):
        """Take the posted form; answer with a receipt or with what is wrong."""
        desk = self._desk()
        post, files = self._posted()
        try:
            result = desk._submit(
                service,
                request.env.user,
                self._address(),
                post,
                files,
                door,
                anonymous,
            )
        except TooManyError as error:
            return self._too_many(error, school)
        if result.get("again"):
            return self._message(
                request.env._("Already sent"),
                request.env._("This form has been sent already; once is enough."),
                409,
                school,
            )
        if result.get("code"):
            return self._page(
                "desk_code_given",
                {
                    "title": request.env._("Your code"),
                    "code": result["code"],
                    "code_url": school._school_desk_url("/code"),
                },
                school=school,
            )
        if result.get("ticket"):
            return self._go(result["ticket"]._tracking_path() + "&new=1")
        return self._sheet(school, service, door, url, anonymous, result)
