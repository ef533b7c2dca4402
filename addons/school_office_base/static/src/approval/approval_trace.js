import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { deadlineBadge } from "../deadline/deadline_text";

const STEP_ICONS = {
    done: "fa-check",
    current: "fa-hourglass-half",
    coming: "fa-ellipsis-h",
    refused: "fa-times",
    returned: "fa-reply",
    cancelled: "fa-minus",
};

const STATE_COLORS = {
    running: "info",
    returned: "warning",
    approved: "success",
    refused: "danger",
    withdrawn: "secondary",
    voided: "danger",
};

/**
 * The way of a record through its approvals: what was decided, by whom and in which
 * words, who holds it now and for how long, who comes next. Whoever has the turn decides
 * right here.
 */
export class SchoolApprovalTrace extends Component {
    static template = "school_office_base.ApprovalTrace";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.readAt = Date.now();
        this.state = useState({ now: Date.now(), open: {} });
        const timer = setInterval(() => (this.state.now = Date.now()), 30000);
        onWillUnmount(() => clearInterval(timer));
    }

    get cases() {
        return this.props.record.data[this.props.name]?.cases || [];
    }

    /** Steps of the running round, and what is still to come. */
    steps(one) {
        const [current] = one.rounds;
        const steps = current && current.round === one.round ? current.steps : [];
        const coming = one.coming.map((step) => ({
            ...step,
            state: "coming",
            people: step.people.map((name, id) => ({ id, name, state: "coming" })),
        }));
        return [...steps, ...coming];
    }

    earlierRounds(one) {
        return one.rounds.filter((round) => round.round !== one.round);
    }

    icon(step) {
        return STEP_ICONS[step.state] || "fa-circle-o";
    }

    color(one) {
        return STATE_COLORS[one.state] || "secondary";
    }

    time(value) {
        if (!value) {
            return "";
        }
        const moment = deserializeDateTime(value);
        const format = {
            month: "short",
            day: "numeric",
            hour: "2-digit",
            minute: "2-digit",
        };
        if (!moment.hasSame(luxon.DateTime.now(), "year")) {
            format.year = "numeric";
        }
        return moment.toLocaleString(format);
    }

    deadline(person) {
        if (person.state !== "open" || !person.deadline) {
            return null;
        }
        return deadlineBadge(person.deadline, (this.state.now - this.readAt) / 1000);
    }

    avatar(person) {
        return person.user_id
            ? `/web/image/res.users/${person.user_id}/avatar_128`
            : "";
    }

    isOpen(key) {
        return !!this.state.open[key];
    }

    toggle(key) {
        this.state.open[key] = !this.state.open[key];
    }

    roundTitle(round) {
        return round.steps.some((step) => step.state === "returned")
            ? _t("Round %s, returned", round.round)
            : _t("Round %s", round.round);
    }

    /** Ask the server for the dialog of a decision; the server checks who asks. */
    async decide(one, method) {
        await this.run("school.approval.task", one.my.task_id, method);
    }

    async onCase(one, method) {
        await this.run("school.approval.case", one.id, method);
    }

    async run(model, id, method) {
        const record = this.props.record;
        if ((await record.isDirty()) && !(await record.save())) {
            return;
        }
        const result = await this.orm.call(model, method, [[id]]);
        if (result && typeof result === "object") {
            await this.action.doAction(result, { onClose: () => this.reload() });
        } else {
            if (method === "action_remind") {
                this.notification.add(_t("Reminded."), { type: "success" });
            }
            await this.reload();
        }
    }

    async reload() {
        await this.props.record.model.load();
        this.readAt = Date.now();
    }
}

export const schoolApprovalTrace = {
    component: SchoolApprovalTrace,
    displayName: _t("Course of the approval"),
    supportedTypes: ["json"],
    isEmpty: (record, name) => !record.data[name]?.cases?.length,
};

registry.category("fields").add("school_approval_trace", schoolApprovalTrace);
