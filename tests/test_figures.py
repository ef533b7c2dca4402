"""Every graph and pivot of the suite can count what it shows."""

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("standard", "post_install", "-at_install")
class TestFigures(TransactionCase):
    def test_every_graph_and_pivot_counts_what_it_shows(self):
        views = self.env["ir.ui.view"].search(
            [
                ("type", "in", ("graph", "pivot")),
                ("model", "=like", "school.%"),
                ("mode", "=", "primary"),
            ]
        )
        self.assertGreater(len(views), 4)
        for view in views:
            Model = self.env[view.model]
            arch = etree.fromstring(
                Model.get_view(view.id, view.type, load_all_views=True)["arch"]
            )
            groups, measures = [], ["__count"]
            for node in arch.iterfind("field"):
                name = node.get("name")
                field = Model._fields[name]
                if node.get("type") == "measure" or node.get("operator"):
                    # So the web client asks, whatever the field itself says.
                    measures.append(f"{name}:{field.aggregator or 'none'}")
                elif field.type in ("date", "datetime"):
                    groups.append(f"{name}:{node.get('interval', 'month')}")
                else:
                    groups.append(name)
            with self.subTest(view=view.xml_id):
                self.assertNotIn("none", [m.partition(":")[2] for m in measures])
                Model.formatted_read_group([], groups[:2], measures)
