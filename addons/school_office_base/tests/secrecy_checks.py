"""What must hold for every model with ``school.secrecy.mixin``; import
it into a test.
"""

from odoo.exceptions import AccessError, UserError


class SecrecyChecks:
    """Inherit before ``SchoolCommon`` in the test of a model with secrecy levels.

    Provide ``_marked_record()`` (a record whose readers are named, with the text
    ``secret_title`` in its name), and the users ``reader`` (named), ``outsider`` (a
    colleague who may read ordinary records of the model) and ``stranger``.
    """

    secret_title = None

    def test_only_named_readers_read_find_count_and_export_it(self):
        record = self._marked_record()
        Model = self.env[record._name]
        domain = [("id", "=", record.id)]
        people = self.outsider | self.stranger | self.reader
        self.env.ref("base.group_allow_export").user_ids |= people
        for person in (self.outsider, self.stranger):
            with self.subTest(person=person.login):
                theirs = Model.with_user(person)
                self.assertFalse(theirs.search(domain))
                self.assertEqual(theirs.search_count(domain), 0)
                self.assertFalse(theirs.name_search("", domain))
                self.assertFalse(theirs._read_group(domain, [], ["__count"])[0][0])
                with self.assertRaises(AccessError):
                    theirs.browse(record.id).read(["display_name"])
                with self.assertRaises(AccessError):
                    theirs.browse(record.id).export_data(["display_name"])
        found = Model.with_user(self.reader).search(domain)
        self.assertEqual(len(found.export_data(["display_name"])["datas"]), 1)

    def test_a_link_does_not_give_the_title_away(self):
        record = self._marked_record()
        # This is how a relation shows its label: without asking for rights.
        label = record.with_user(self.outsider).sudo().display_name
        self.assertNotIn(self.secret_title, label)
        label = record.with_user(self.reader).sudo().display_name
        self.assertIn(self.secret_title, label)

    def test_nobody_follows_a_marked_record(self):
        record = self._marked_record().sudo()
        record.message_subscribe(
            (self.outsider.partner_id | self.reader.partner_id).ids
        )
        self.assertFalse(record.message_follower_ids)

    def test_a_person_is_told_who_cannot_be_written_to(self):
        record = self._marked_record().with_user(self.reader)
        with self.assertRaisesRegex(UserError, "not among its named readers"):
            record.message_post(
                body="Look",
                message_type="comment",
                partner_ids=self.outsider.partner_id.ids,
            )

    def test_only_readers_are_told(self):
        record = self._marked_record().sudo()
        message = record.message_post(
            body=self.secret_title,
            partner_ids=(self.outsider.partner_id | self.reader.partner_id).ids,
        )
        self.assertEqual(
            message.notification_ids.res_partner_id, self.reader.partner_id
        )
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.outsider)
            .search([("id", "=", message.id)])
        )
