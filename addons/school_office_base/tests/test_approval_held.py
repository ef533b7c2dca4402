import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import RecordCapturer, new_test_user, tagged

from .approval_common import ApprovalCommon

CONFIGURATION = (
    "school_approval_flow",
    "school_approval_version",
    "school_approval_node",
    "school_time_policy",
    "school_time_step",
    "school_time_variant",
)


@tagged("post_install", "-at_install")
class TestHeld(ApprovalCommon):
    """What is published is kept in memory, and never longer than it holds."""

    def _edit(self, flow, **vals):
        """Publish the next version of a flow, with other values in its first step."""
        draft = flow._make_draft()
        draft.node_ids.sorted("sequence")[:1].write(vals)
        draft._publish()
        return draft

    def test_a_decision_reads_no_published_configuration_again(self):
        timed = {"limit": 2, "unit": "service_hour"}
        self._flow(
            {"who": "users", "user_ids": self.anna.ids, **timed},
            {"who": "users", "user_ids": self.bo.ids, **timed},
        )
        tasks = [self._task(self._submit(), self.anna) for _request in range(2)]
        self.env.flush_all()
        self.env.invalidate_all()
        tasks[0].action_approve("fine")
        self.env.flush_all()
        self.env.invalidate_all()
        with _QueryLog(self.cr) as queries:
            tasks[1].action_approve("fine")
            self.env.flush_all()
        read = [
            query
            for query in queries
            if query.lstrip().startswith("SELECT")
            and any(f'FROM "{table}' in query for table in CONFIGURATION)
        ]
        self.assertFalse(read)
        self.assertLessEqual(len(queries), 28)

    def test_the_next_version_counts_for_what_is_submitted_after_it(self):
        flow = self._flow(self.anna, self.bo)
        before = self._submit()
        self._edit(flow, user_ids=self.chen.ids)
        after = self._submit()
        self.assertTrue(self._task(before, self.anna))
        self.assertTrue(self._task(after, self.chen))
        self.assertFalse(self._task(after, self.anna))
        self._task(before, self.anna).action_approve("as it was")
        self.assertTrue(self._task(before, self.bo))

    def test_publishing_tells_the_other_processes(self):
        flow = self._flow(self.anna)
        self.registry.reset_changes()
        self._edit(flow, user_ids=self.bo.ids)
        self.assertIn("default", self.registry.cache_invalidated)

    def test_a_draft_is_read_as_it_is_now(self):
        flow = self._flow(self.anna)
        draft = flow._make_draft()
        node = draft.sudo().node_ids
        self.assertEqual(node.user_ids, self.anna)
        node.write({"user_ids": self.bo.ids, "name": "Head"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(node.user_ids, self.bo)
        draft._publish()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((node.name, node.user_ids), ("Head", self.bo))

    def test_a_version_rolled_back_leaves_nothing_behind(self):
        flow = self._flow(self.anna)
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self._edit(flow, user_ids=self.bo.ids)
            self._submit()
            raise ZeroDivisionError
        # The end of the transaction does this; a savepoint alone does not.
        self.registry.clear_cache()
        self.assertTrue(self._task(self._submit(), self.anna))

    def test_an_archived_flow_is_not_used_any_more(self):
        flow = self._flow(self.anna)
        self._submit()
        flow.active = False
        with self.assertRaisesRegex(UserError, "No approval flow"):
            self._submit()

    def test_the_flow_of_another_school_is_never_taken(self):
        self._flow(self.anna)
        self._submit()
        other = self._person("other", self.other)
        request = (
            self.env["school.test.request"]
            .with_user(other)
            .create({"name": "Ours", "company_id": self.other.id})
        )
        with self.assertRaisesRegex(UserError, "No approval flow"):
            request._approval_submit("use")

    def test_the_register_names_the_flow_as_it_is_called_then(self):
        flow = self._flow(self.anna)
        self._submit()
        flow.name = "Use of halls"
        Entry = self.env["school.register.entry"].sudo()
        with RecordCapturer(Entry) as capture:
            self._submit()
        payload = json.loads(capture.records[:1].payload)
        self.assertEqual(payload["flow"], "Use of halls")

    def test_memory_opens_nothing_to_those_without_the_right(self):
        flow = self._flow(self.anna)
        self._submit()
        guest = new_test_user(
            self.env, "guest_of_the_school", "base.group_portal", company_id=1
        )
        with self.assertRaises(AccessError):
            flow.version_id.node_ids.with_user(guest).read(["name"])

    def test_names_are_kept_in_each_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        flow = self._flow(self.anna)
        draft = flow._make_draft()
        draft.node_ids.with_context(lang="zh_CN").name = "批办"
        draft._publish()
        self.env.flush_all()
        for lang, name in (("en_US", "Step 1"), ("zh_CN", "批办"), ("en_US", "Step 1")):
            self.env.invalidate_all()
            node = draft.node_ids.sudo().with_context(lang=lang)
            self.assertEqual(node.name, name)


class _QueryLog:
    """The statements of a cursor while it is open."""

    def __init__(self, cr):
        self.cr, self.queries = cr, []

    def __enter__(self):
        execute = type(self.cr).execute

        def logged(query, params=None, log_exceptions=True):
            text = getattr(query, "code", query)
            self.queries.append(text)
            return execute(self.cr, query, params, log_exceptions)

        self.cr.execute = logged
        return self.queries

    def __exit__(self, *exc):
        del self.cr.execute
