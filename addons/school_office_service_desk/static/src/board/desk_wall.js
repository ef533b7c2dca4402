import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { deadlineBadge } from "@school_office_base/deadline/deadline_text";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REFRESH = 60000;
const TICK = 20000;
const RUNNING = ["running", "warning", "late"];

/** The board on the wall of the office: read from five metres, without names. */
export class DeskWall extends Component {
    static template = "school_office_service_desk.DeskWall";
    static props = { ...standardActionServiceProps };
    static path = "desk-wall";
    static displayName = _t("Wall Board");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ board: null, passed: 0, lost: false });
        this.loadedAt = 0;
        onWillStart(() => this.load());
        const refresh = browser.setInterval(() => this.load(), REFRESH);
        const tick = browser.setInterval(() => {
            this.state.passed = (Date.now() - this.loadedAt) / 1000;
        }, TICK);
        onWillUnmount(() => {
            browser.clearInterval(refresh);
            browser.clearInterval(tick);
        });
    }

    async load() {
        try {
            this.state.board = await this.orm.silent.call(
                "school.desk.board",
                "get_wall",
                []
            );
            this.loadedAt = Date.now();
            this.state.passed = 0;
            this.state.lost = false;
        } catch (error) {
            // A screen on a wall keeps showing what it knows, and says so.
            if (!this.state.board) {
                throw error;
            }
            this.state.lost = true;
        }
    }

    get figures() {
        const { figures } = this.state.board;
        return [
            { key: "red", title: _t("Urgent"), count: figures.red },
            { key: "late", title: _t("Late"), count: figures.late },
            { key: "warning", title: _t("Due Soon"), count: figures.warning },
            { key: "open", title: _t("Unfinished"), count: figures.open },
            {
                key: "received",
                title: _t("Received Today"),
                count: figures.received_today,
            },
            { key: "solved", title: _t("Solved Today"), count: figures.solved_today },
        ];
    }

    get moreText() {
        return _t("and %s more", this.state.board.more);
    }

    /** How long there is; of clocks that have ended nothing is left to say. */
    deadline(row) {
        return RUNNING.includes(row.deadline_info?.state)
            ? deadlineBadge(row.deadline_info, this.state.passed)
            : null;
    }

    rowClass(row) {
        const standing = { danger: "o_desk_wall_late", warning: "o_desk_wall_soon" };
        return row.red ? "o_desk_wall_red" : standing[this.deadline(row)?.color] || "";
    }

    leave() {
        this.action.doAction("school_office_service_desk.ticket_action_queue", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("school_desk_wall", DeskWall);
