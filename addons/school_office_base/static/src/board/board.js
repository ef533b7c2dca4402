import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;
const REFRESH_EVERY = 60000;

/** How the work of a school stands; every figure opens the list behind it. */
export class SchoolBoard extends Component {
    static template = "school_office_base.Board";
    static props = { ...standardActionServiceProps };
    static path = "office-board";
    static displayName = _t("Office Board");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            board: null,
            workload: null,
            refused: "",
            tab: this.props.state?.tab || "overview",
            period: this.props.state?.period || "month",
            busy: false,
        });
        onWillStart(() => this.load());
        const timer = setInterval(() => this.refresh(), REFRESH_EVERY);
        onWillUnmount(() => clearInterval(timer));
    }

    async load() {
        const { period, tab } = this.state;
        this.state.busy = true;
        try {
            const [board, workload] = await Promise.all([
                this.orm.silent.call("school.board", "get_board", [period]),
                tab === "workload"
                    ? this.orm.silent.call("school.board", "get_workload", [])
                    : null,
            ]);
            Object.assign(this.state, { board, workload, refused: "" });
        } catch (error) {
            // Shown in the page: a dialog over an empty screen helps nobody.
            const message = error.data?.message;
            if (!message) {
                throw error;
            }
            this.state.refused = message;
        } finally {
            this.state.busy = false;
        }
    }

    async refresh() {
        if (document.visibilityState === "visible" && !this.state.busy) {
            await this.load();
        }
    }

    async choose(period) {
        if (period.days) {
            this.state.period = period.key;
            await this.load();
        } else {
            this.notification.add(
                _t(
                    "No term is entered for today. The school administrator enters the terms of the school."
                ),
                { type: "warning" }
            );
        }
    }

    async showTab(tab) {
        this.state.tab = tab;
        await this.load();
    }

    get line() {
        const { school, scope, departments, at } = this.state.board;
        return [
            school,
            scope === "school" ? _t("the whole school") : departments.join("、"),
            _t("as of %s", at),
        ].join(" · ");
    }

    get hasBars() {
        return this.state.board.chart.bars.some((bar) => bar.met + bar.missed);
    }

    get highest() {
        const { bars } = this.state.board.chart;
        return Math.max(1, ...bars.map((bar) => bar.met + bar.missed));
    }

    barLabel(bar) {
        const day = DateTime.fromISO(bar.day);
        return day.toLocaleString(
            this.state.board.chart.by === "week"
                ? { month: "numeric", day: "numeric" }
                : { month: "short" }
        );
    }

    barTitle(bar) {
        return _t("%(met)s in time, %(missed)s too late", bar);
    }

    height(count) {
        return `height: ${Math.round((100 * count) / this.highest)}%`;
    }

    rateTone(rate) {
        if (rate === null) {
            return "";
        }
        return rate >= 95 ? "good" : rate >= 80 ? "soon" : "bad";
    }

    tileTone(tile) {
        if (tile.kind === "rate") {
            return this.rateTone(tile.value);
        }
        return tile.value && tile.tone !== "plain"
            ? { danger: "bad", warning: "soon" }[tile.tone]
            : "";
    }

    total(row) {
        return Object.values(row.work).reduce((sum, count) => sum + count, 0);
    }

    get mostWork() {
        return Math.max(1, ...this.state.workload.rows.map((row) => this.total(row)));
    }

    /** On the phone a row is a card, and each figure says what it is. */
    get labels() {
        return { soon: _t("Due soon"), late: _t("Past due"), rate: _t("On time") };
    }

    whereFrom(row) {
        return [row.post, row.department].filter(Boolean).join(" · ");
    }

    awayTitle(row) {
        return _t("%s decides while this person is away", row.away);
    }

    async open(figure, by = null, of = null, period = this.state.period) {
        const action = await this.orm.call("school.board", "open_figure", [
            figure,
            period,
            by,
            of,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("actions").add("school_board", SchoolBoard);
