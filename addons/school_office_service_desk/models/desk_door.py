import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.image import image_data_uri

from odoo.addons.school_office_base.tools import tokens

from .ticket import AGENT, MANAGER

# Small letters and digits that nobody mixes up when he types a code by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 16


class SchoolDeskDoor(models.AbstractModel):
    """A thing that carries a QR code: whoever scans it reports what is wrong here.

    The code is a random token on the record, not its id: nobody finds the next door by
    counting, and a code that was photographed and abused is replaced by a new one. Who
    scans it learns the name of the place and that something was reported there.
    """

    _name = "school.desk.door"
    _description = "Carries a QR Code"

    # The first letter of a token says in which table it is looked for.
    _desk_letter = None

    desk_token = fields.Char(
        "QR Code",
        copy=False,
        readonly=True,
        groups=AGENT,
        help="What the code on the door or the device says after /q/.",
    )
    desk_token_date = fields.Date("Code Since", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_desk_drawn(vals)
        # Drawn by the system: no default of a client's context enters one either.
        drawn = ("default_desk_token", "default_desk_token_date")
        context = {k: v for k, v in self.env.context.items() if k not in drawn}
        doors = self.with_context(context)  # pylint: disable=context-overridden
        return super(SchoolDeskDoor, doors).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._check_desk_drawn(vals)
        return super().write(vals)

    def _check_desk_drawn(self, vals):
        named = {"desk_token", "desk_token_date"} & vals.keys()
        if not self.env.su and any(vals[name] for name in named):
            raise AccessError(
                self.env._("A QR code is drawn by the system, nobody enters one.")
            )

    def _desk_draw_tokens(self):
        """Give each of these a new code; the old labels stop working."""
        for record in self.sudo():
            drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
            record.write(
                {
                    "desk_token": self._desk_letter + drawn,
                    "desk_token_date": record.company_id._school_date(),
                }
            )

    def _desk_ensure_tokens(self):
        self.sudo().filtered(lambda door: not door.desk_token)._desk_draw_tokens()

    def _desk_find(self, token):
        """Return the active record with this code, in superuser mode, or none."""
        token = (token or "").strip().lower()
        if len(token) != _LENGTH + 1 or not token.startswith(self._desk_letter):
            return self.sudo().browse()
        door = self.sudo().search([("desk_token", "=", token)], limit=1)
        # The index answers as fast for a wrong code as for a right one; the last word
        # is a comparison whose time says nothing.
        if not tokens.matches(door.desk_token, token):
            return door.browse()
        return door if door._desk_school().is_school else door.browse()

    def _desk_school(self):
        """The school to which the thing belongs."""
        return self.company_id

    def _desk_url(self):
        self.ensure_one()
        return f"{self._desk_school().get_base_url()}/q/{self.sudo().desk_token}"

    def _desk_names(self):
        """Return ``(name, where)`` as they stand on the label and over the form."""
        raise NotImplementedError

    def _desk_ticket_values(self):
        """What a ticket made through this code knows already."""
        raise NotImplementedError

    def _desk_ticket_domain(self):
        """The tickets that are about this very thing."""
        raise NotImplementedError

    def _check_desk_labels(self, group):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("QR codes are printed and replaced by the service desk.")
            )
        strangers = self.sudo().filtered(lambda door: not door._desk_school().is_school)
        if strangers:
            raise UserError(
                self.env._(
                    "“%(thing)s” belongs to no school: enter the school first.",
                    thing=strangers[0].display_name,
                )
            )

    def action_print_desk_labels(self):
        """Print a sheet of labels for these, to be cut and put up."""
        self._check_desk_labels(AGENT)
        self._desk_ensure_tokens()
        report = self.env.ref(
            f"school_office_service_desk.action_report_labels_{self._desk_letter}"
        )
        return report.report_action(self, config=False)

    def action_renew_desk_code(self):
        """Draw new codes: whatever was printed before leads nowhere from now on."""
        self._check_desk_labels(MANAGER)
        self._desk_draw_tokens()
        return True

    def _desk_qr_uri(self, size=360):
        """Return the code as a picture that stands inside the page itself."""
        png = self.env["ir.actions.report"].barcode(
            "QR", self._desk_url(), width=size, height=size, barLevel="M", quiet=1
        )
        return image_data_uri(base64.b64encode(png))


class SchoolPlace(models.Model):
    _name = "school.place"
    _inherit = ["school.place", "school.desk.door"]

    _desk_letter = "p"
    _server_fields = frozenset({"desk_token", "desk_token_date"})

    _desk_token_uniq = models.UniqueIndex("(desk_token) WHERE desk_token IS NOT NULL")

    def _desk_names(self):
        self.ensure_one()
        above = (self.complete_name or "").split(" / ")[:-1]
        return self.name, " › ".join(above)

    def _desk_ticket_values(self):
        return {"place_id": self.id}

    def _desk_ticket_domain(self):
        return [("place_id", "=", self.id)]


class MaintenanceEquipment(models.Model):
    _name = "maintenance.equipment"
    _inherit = ["maintenance.equipment", "school.desk.door"]

    _desk_letter = "e"

    _desk_token_uniq = models.UniqueIndex("(desk_token) WHERE desk_token IS NOT NULL")

    def _desk_names(self):
        self.ensure_one()
        return self.name, self._desk_place_name()

    def _desk_place_name(self):
        """Where it stands, in words."""
        return (self.school_place_id.complete_name or "").replace(" / ", " › ")

    def _desk_ticket_values(self):
        return {"equipment_id": self.id}

    def _desk_ticket_domain(self):
        return [("equipment_id", "=", self.id)]
