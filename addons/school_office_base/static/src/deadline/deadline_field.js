import { Component, onWillUnmount, onWillRender, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { deadlineBadge } from "./deadline_text";

/**
 * The deadline of a record as a badge: green, amber or red, with the working time that
 * is left. The server counts; the badge only lets that count run on while the school
 * serves, so it says the same wherever the reader's computer stands.
 */
export class SchoolDeadlineField extends Component {
    static template = "school_office_base.SchoolDeadlineField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ now: Date.now() });
        this.readAt = Date.now();
        onWillRender(() => {
            if (this.info !== this.lastInfo) {
                this.lastInfo = this.info;
                this.readAt = Date.now();
            }
        });
        const timer = setInterval(() => (this.state.now = Date.now()), 30000);
        onWillUnmount(() => clearInterval(timer));
    }

    get info() {
        return this.props.record.data.deadline_info;
    }

    get badge() {
        const passed = Math.max(0, (this.state.now - this.readAt) / 1000);
        return deadlineBadge(this.info, passed);
    }

    get tooltip() {
        const { name, local, provisional } = this.info;
        const lines = [];
        if (name) {
            lines.push(name);
        }
        if (local) {
            lines.push(_t("Deadline %s, time of the school", local));
        }
        if (provisional) {
            lines.push(_t("Provisional: public holidays are not announced yet"));
        }
        return lines.join("\n");
    }
}

export const schoolDeadlineField = {
    component: SchoolDeadlineField,
    displayName: _t("Deadline with remaining working time"),
    supportedTypes: ["datetime", "json"],
    fieldDependencies: [
        { name: "deadline_info", type: "json" },
        { name: "deadline_state", type: "selection" },
    ],
    isEmpty: (record) =>
        !record.data.deadline_info?.local && record.data.deadline_state === "none",
    listViewWidth: [170, 200],
};

registry.category("fields").add("school_deadline", schoolDeadlineField);
