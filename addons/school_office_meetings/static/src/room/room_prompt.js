import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** A small form in a dialog: asks for a reason, a name, a number, a choice. */
export class RoomPrompt extends Component {
    static template = "school_office_meetings.RoomPrompt";
    static components = { Dialog };
    static props = {
        close: Function,
        title: String,
        body: { type: String, optional: true },
        fields: Array,
        confirmLabel: String,
        onConfirm: Function,
    };

    setup() {
        this.state = useState({ busy: false, missing: "" });
        this.values = useState(
            Object.fromEntries(
                this.props.fields.map((field) => [field.name, field.value ?? ""])
            )
        );
    }

    toggle(name, value) {
        const chosen = new Set(this.values[name] || []);
        if (!chosen.delete(value)) {
            chosen.add(value);
        }
        this.values[name] = [...chosen];
    }

    async confirm() {
        const missing = this.props.fields.find(
            (field) => field.required && !String(this.values[field.name]).trim()
        );
        this.state.missing = missing ? missing.name : "";
        if (missing || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onConfirm({ ...this.values });
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}
