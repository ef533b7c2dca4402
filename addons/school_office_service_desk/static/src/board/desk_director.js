import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { deadlineBadge } from "@school_office_base/deadline/deadline_text";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REFRESH = 60000;

/** What the director must know of the desk: late, held by whom, and the figures. */
export class DeskDirector extends Component {
    static template = "school_office_service_desk.DeskDirector";
    static props = { ...standardActionServiceProps };
    static path = "desk-board";
    static displayName = _t("Desk Board");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ board: null });
        onWillStart(() => this.load());
        const refresh = browser.setInterval(() => {
            if (document.visibilityState === "visible") {
                this.load();
            }
        }, REFRESH);
        onWillUnmount(() => browser.clearInterval(refresh));
    }

    async load() {
        this.state.board = await this.orm.silent.call(
            "school.desk.board",
            "get_director",
            []
        );
    }

    deadline(row) {
        return deadlineBadge(row.deadline_info);
    }

    height(month) {
        return month.has_value ? Math.max(4, month.share) : 0;
    }

    holderWidth(count) {
        const most = Math.max(...this.state.board.holders.map((row) => row.open), 1);
        return (100 * count) / most;
    }

    openText(holder) {
        return _t("%s open", holder.open);
    }

    lateText(holder) {
        return _t("%s late", holder.late);
    }

    open(action) {
        return this.action.doAction(action);
    }

    openTicket(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "school.ticket",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    /** The records behind a figure: those that spoil it, if it is off target. */
    async openLine(line) {
        const calm = ["good", "none"].includes(line.verdict);
        const method = calm ? "action_open_whole" : "action_open_rest";
        const action = await this.orm.call("school.desk.kpi.line", method, [[line.id]]);
        return this.action.doAction(action);
    }

    openSheet() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "school.desk.kpi",
            res_id: this.state.board.sheet.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("school_desk_director", DeskDirector);
