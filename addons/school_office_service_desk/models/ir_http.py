from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from odoo import models
from odoo.http import request

# What a page of ours may begin with; see controllers/.
OURS = ("/desk/", "/q/", "/my/tickets/")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        """Speak to visitors of the desk in sentences, not in codes of the protocol.

        What is refused before a route of ours is called: a post that is too large, or
        one from a page that was left open until its session ended.
        """
        path = request.httprequest.path
        if isinstance(
            exception, BadRequest | RequestEntityTooLarge
        ) and path.startswith(OURS):
            # The pages import the models; so they cannot be imported above.
            from ..controllers.desk import (  # pylint: disable=import-outside-toplevel
                DeskController,
            )

            response = DeskController()._refuse_post(exception.code, path)
            response.flatten()
            cls._post_dispatch(response)
            return response
        return super()._handle_error(exception)
