from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
# (code, kind, key post, name, duties, authority, working relations): BASE-04, BASE-05.
STANDARD_POSTS = (
    (
        "top_management",
        "leader",
        True,
        _lt("Principal"),
        _lt(
            "Leads the school; decides on rule revisions and on what other leaders "
            "pass up."
        ),
        _lt("Final decision on documents, rules and major matters of the school."),
        _lt("Supervising leaders, office director, departments."),
    ),
    (
        "supervising_leader",
        "leader",
        True,
        _lt("Supervising Leader"),
        _lt(
            "Supervises the departments in his charge; instructs documents and "
            "decides what the office director passes up."
        ),
        _lt(
            "Instruction of documents, approval of circulation scopes and of major "
            "notices."
        ),
        _lt("Principal, office director, heads of the departments in charge."),
    ),
    (
        "director",
        "leader",
        True,
        _lt("Office Director"),
        _lt(
            "Runs the general office: proposes how documents are handled, checks "
            "outgoing documents, oversees seals, archives and meetings."
        ),
        _lt(
            "Proposal, archive loans, use of seals, destruction, notices; assigns "
            "work in the office."
        ),
        _lt("School leaders, department heads, all office posts."),
    ),
    (
        "document_clerk",
        "office",
        False,
        _lt("Document Clerk"),
        _lt(
            "Receives, checks and registers documents; distributes them, follows "
            "signatures, prints and proof-reads."
        ),
        _lt(
            "Returns documents that are incomplete or damaged; chases late signatures."
        ),
        _lt("Office director, receivers of the departments, archivist."),
    ),
    (
        "archivist",
        "office",
        False,
        _lt("Archivist"),
        _lt(
            "Files finished documents in volumes, keeps the catalogue, lends and "
            "takes back archives."
        ),
        _lt("Refuses incomplete files; proposes the appraisal of expired archives."),
        _lt("Document clerk, office director, destruction supervisors."),
    ),
    (
        "seal_custodian",
        "office",
        False,
        _lt("Seal Custodian"),
        _lt(
            "Keeps the seals under lock, applies them in person to what was "
            "approved and keeps the register of their use."
        ),
        _lt(
            "Refuses to seal blank sheets and whatever differs from what was approved."
        ),
        _lt("Office director, applicants, auditor."),
    ),
    (
        "certificate_keeper",
        "office",
        False,
        _lt("Certificate Keeper"),
        _lt(
            "Keeps licences and certificates, watches their validity and prepares "
            "inspections and renewals."
        ),
        _lt("Refuses to hand out an original without approval."),
        _lt("Office director, applicants, issuing authorities."),
    ),
    (
        "storekeeper",
        "office",
        False,
        _lt("Storekeeper"),
        _lt(
            "Receives, stores and issues supplies; counts the stock and reports "
            "what runs low."
        ),
        _lt("Refuses issues without an approved request."),
        _lt("Departments, suppliers, finance."),
    ),
    (
        "asset_custodian",
        "office",
        False,
        _lt("Asset Custodian"),
        _lt(
            "Keeps the cards of fixed assets, labels and counts them, follows "
            "transfers and scrapping."
        ),
        _lt("Asks users to account for missing things."),
        _lt("Departments, storekeeper, finance."),
    ),
    (
        "venue_administrator",
        "office",
        False,
        _lt("Venue Administrator"),
        _lt(
            "Keeps the calendar of rooms and venues, prepares them and checks them "
            "after use."
        ),
        _lt("Confirms or moves bookings by the order of priority of the school."),
        _lt("Applicants, technical department, logistics."),
    ),
    (
        "duty",
        "office",
        True,
        _lt("Duty Person"),
        _lt(
            "Stands by outside service hours; takes calls and urgent documents and "
            "passes them on at once."
        ),
        _lt("Calls school leaders and the rapid-response group."),
        _lt("Office director, supervising leaders, rapid-response group."),
    ),
    (
        "receptionist",
        "office",
        False,
        _lt("Receptionist"),
        _lt("Receives visitors and calls, registers visits and escorts guests."),
        _lt(
            "Asks visitors for identification; refuses entry without a booking or host."
        ),
        _lt("Hosts, duty person, counter clerk."),
    ),
    (
        "coordination",
        "office",
        False,
        _lt("Coordination Post"),
        _lt(
            "Coordinates matters that several departments share and follows them "
            "until they are finished."
        ),
        _lt("Calls the departments together; reports standstills to the director."),
        _lt("Departments, office director, meeting team."),
    ),
    (
        "counter_clerk",
        "office",
        False,
        _lt("Counter Clerk"),
        _lt(
            "Takes requests at the counter and by telephone, records them at once "
            "and gives them to the right post."
        ),
        _lt("Assigns requests within the office."),
        _lt("All office posts, departments, parents and visitors."),
    ),
    (
        "meeting_team",
        "office",
        False,
        _lt("Meeting Team"),
        _lt(
            "Prepares meetings: notices, materials, rooms and sign-in; tidies up "
            "afterwards."
        ),
        _lt("Asks departments for materials in time."),
        _lt("Hosts, minutes taker, venue administrator."),
    ),
    (
        "minutes_taker",
        "office",
        False,
        _lt("Minutes Taker"),
        _lt("Writes the minutes and passes resolutions on for follow-up."),
        _lt("Asks speakers to confirm what they said."),
        _lt("Hosts, meeting team, owners of resolutions."),
    ),
    (
        "technical",
        "support",
        False,
        _lt("Technical Post"),
        _lt("Sets up and repairs equipment, projectors, sound and networks."),
        _lt("Takes unsafe equipment out of use."),
        _lt("Venue administrator, applicants, suppliers."),
    ),
    (
        "logistics",
        "support",
        False,
        _lt("Logistics Post"),
        _lt("Repairs, cleaning, transport and safety of buildings and grounds."),
        _lt("Calls service providers under contract."),
        _lt("Counter clerk, venue administrator, service providers."),
    ),
    (
        "finance",
        "support",
        False,
        _lt("Finance Post"),
        _lt("Checks budgets and payments of purchases, contracts and repairs."),
        _lt("Returns requests without a budget."),
        _lt("Office director, storekeeper, asset custodian."),
    ),
    (
        "teaching",
        "support",
        False,
        _lt("Teaching Affairs Post"),
        _lt(
            "Confirms teaching consumables, timetables and the use of rooms by classes."
        ),
        _lt("Gives teaching priority when bookings clash."),
        _lt("Teaching departments, venue administrator, storekeeper."),
    ),
    (
        "destruction_supervisor",
        "support",
        False,
        _lt("Destruction Supervisor"),
        _lt(
            "Watches the destruction of archives and documents from the list to the"
            " last sheet and signs for it."
        ),
        _lt("Stops a destruction that differs from the approved list."),
        _lt("Archivist, office director."),
    ),
    (
        "rapid_response",
        "support",
        False,
        _lt("Rapid-Response Group"),
        _lt("Is on the spot first in an incident, secures people and reports."),
        _lt("Closes rooms and calls outside help."),
        _lt("Duty person, school leaders, police, fire brigade and hospitals."),
    ),
)


class SchoolPost(models.Model):
    """The posts that every school has (BASE-04, BASE-05)."""

    _inherit = "school.post"

    @api.model
    def _ensure_standard(self, companies):
        """Create the standard posts that a school lacks, named in every language."""
        companies = companies.sudo()
        present = set()
        for company, code in (
            self.sudo()
            .with_context(active_test=False)
            ._read_group(
                [("company_id", "in", companies.ids), ("department_id", "=", False)],
                ["company_id", "code"],
            )
        ):
            present.add((company.id, code))
        vals_list, texts = [], []
        for company in companies:
            for sequence, post in enumerate(STANDARD_POSTS, 1):
                code, kind, is_key, name, duties, authority, relations = post
                if (company.id, code) in present:
                    continue
                vals_list.append(
                    {
                        "company_id": company.id,
                        "code": code,
                        "kind": kind,
                        "is_key_post": is_key,
                        "is_standard": True,
                        "sequence": sequence * 10,
                        "name": name._translate("en_US"),
                    }
                )
                texts.append(
                    {
                        "name": name,
                        "duties": duties,
                        "authority": authority,
                        "working_relations": relations,
                    }
                )
        posts = (
            self.sudo()
            .with_context(
                lang="en_US", mail_create_nolog=True, mail_create_nosubscribe=True
            )
            .create(vals_list)
        )
        seed = self.env["res.company"]._seed_translations
        for post, terms in zip(posts, texts, strict=True):
            for field, term in terms.items():
                seed(post, field, term)
        return posts
