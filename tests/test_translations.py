"""The catalogues of our addons are complete and match the sources."""

import io
import sys
import tempfile
from pathlib import Path

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import i18n  # noqa: E402


@tagged("standard", "post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_catalogues_match_the_sources_and_are_complete(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        for name in installed.mapped("name"):
            if not (ROOT / "addons" / name / "i18n").is_dir():
                continue
            with self.subTest(addon=name), tempfile.NamedTemporaryFile() as file:
                buffer = io.BytesIO()
                trans_export(None, [name], buffer, "po", self.env)
                file.write(buffer.getvalue())
                file.flush()
                template = i18n.normalised(Path(file.name))
                found = list(i18n.complaints(name, template))
                self.assertFalse(found, "run ./office i18n --update and translate")
