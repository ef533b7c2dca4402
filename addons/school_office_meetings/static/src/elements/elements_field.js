import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The elements of a meeting: what is fixed, and what is still open (MTG-03). */
export class SchoolMeetingElements extends Component {
    static template = "school_office_meetings.SchoolMeetingElements";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    markOf(row) {
        return row.done ? _t("Settled") : _t("Still open");
    }
}

registry.category("fields").add("school_meeting_elements", {
    component: SchoolMeetingElements,
    displayName: _t("Elements of a meeting"),
    supportedTypes: ["json"],
});
