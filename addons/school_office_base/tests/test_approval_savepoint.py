from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestSavepointInAHook(ApprovalCommon):
    def test_a_hook_may_open_a_savepoint(self):
        # It runs what waits for the end of the transaction until nothing waits.
        self._flow(self.anna, self.bo)
        request = self._submit()
        calls = []
        model = type(self.env["school.test.request"])
        done = model._approval_node_done

        def node_done(record, case, node, opinion):
            with record.env.cr.savepoint():
                calls.append(node.key)
            return done(record, case, node, opinion)

        self.patch(model, "_approval_node_done", node_done)
        self._approve(request, self.anna, self.bo)
        self.assertEqual(calls, ["s1", "s2"])
        self.assertEqual(request.state, "done")
