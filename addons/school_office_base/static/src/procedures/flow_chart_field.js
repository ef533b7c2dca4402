import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The flow chart of a procedure: lanes of people on a desk, one column on the phone.
 * The server says where everything stands; here it is only drawn.
 */
export class SchoolFlowChartField extends Component {
    static template = "school_office_base.FlowChartField";
    static props = { ...standardFieldProps };

    setup() {
        this.ui = useService("ui");
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get chart() {
        return this.ui.isSmall ? this.value.narrow : this.value.wide;
    }

    get viewBox() {
        return `0 0 ${this.chart.width} ${this.chart.height}`;
    }

    get style() {
        return `max-width: ${this.chart.width}px`;
    }
}

export const schoolFlowChartField = {
    component: SchoolFlowChartField,
    displayName: _t("Flow chart of a procedure"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("school_flow_chart", schoolFlowChartField);
