import json
import logging
import unicodedata

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.web.controllers.binary import Binary

_logger = logging.getLogger(__name__)


class SchoolBinary(Binary):
    """Files chosen in a form: whoever chooses one that is refused learns why.

    Core answers that something horrible happened, and keeps the row of a file that a
    check refused after it was made.
    """

    @http.route()
    def upload_attachment(self, model, id, ufile, callback=None):
        if callback:
            return super().upload_attachment(model, id, ufile, callback=callback)
        received = request.httprequest.files.getlist("ufile")
        return json.dumps(
            [self._receive_file(model, int(id), file) for file in received]
        )

    def _receive_file(self, model, res_id, file):
        """Keep one file, or say in a sentence why not."""
        name = file.filename
        if request.httprequest.user_agent.browser == "safari":
            # It asks for the file by the decomposed name with which it sent it.
            name = unicodedata.normalize("NFD", name)
        try:
            with request.env.cr.savepoint():
                attachment = request.env["ir.attachment"].create(
                    {
                        "name": name,
                        "raw": file.read(),
                        "res_model": model,
                        "res_id": res_id,
                    }
                )
                attachment._post_add_create()
        except UserError as error:
            return {"error": str(error)}
        except ValueError:
            _logger.exception("%s was not taken", name)
            return {"error": request.env._("This file could not be taken.")}
        return {
            "filename": name.replace("<", ""),
            "mimetype": attachment.mimetype,
            "id": attachment.id,
            "size": attachment.file_size,
        }
