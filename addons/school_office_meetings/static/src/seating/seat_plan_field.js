import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const RANK = { chair: 0, guest: 1, member: 2, recorder: 3, observer: 4 };

/**
 * The seats of a room, row by row. Drag a name to a seat, or tap the name and then the
 * seat; tap a taken seat to take its person up. The server keeps the plan.
 */
export class SchoolSeatPlan extends Component {
    static template = "school_office_meetings.SchoolSeatPlan";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ plan: this.read(this.props), chosen: null });
        onWillUpdateProps((next) => {
            this.state.plan = this.read(next);
        });
    }

    read(props) {
        const empty = { rows: 0, columns: 0, front: "", people: [] };
        return props.record.data[props.name] || empty;
    }

    get canEdit() {
        return !this.props.readonly && Boolean(this.props.record.resId);
    }

    get standing() {
        return this.state.plan.people
            .filter((person) => !person.row)
            .sort((a, b) => (RANK[a.role] ?? 2) - (RANK[b.role] ?? 2));
    }

    get rows() {
        const { rows, columns, people } = this.state.plan;
        const at = {};
        for (const person of people) {
            at[`${person.row}-${person.column}`] = person;
        }
        return Array.from({ length: rows }, (_row, r) => ({
            number: r + 1,
            seats: Array.from({ length: columns }, (_seat, c) => ({
                key: `${r + 1}-${c + 1}`,
                row: r + 1,
                column: c + 1,
                person: at[`${r + 1}-${c + 1}`] || null,
            })),
        }));
    }

    seatTitle(seat) {
        return _t("Row %(row)s, seat %(seat)s", { row: seat.row, seat: seat.column });
    }

    /** Take a person up, or put him down again where he was. */
    choose(person) {
        if (this.canEdit) {
            this.state.chosen = this.state.chosen === person.id ? null : person.id;
        }
    }

    onSeat(seat) {
        if (!this.canEdit) {
            return;
        }
        if (this.state.chosen === null) {
            if (seat.person) {
                this.state.chosen = seat.person.id;
            }
            return;
        }
        return this.place(this.state.chosen, seat.row, seat.column);
    }

    /** Nobody's seat: whoever is taken up stands. */
    onStanding() {
        if (this.canEdit && this.state.chosen !== null) {
            return this.place(this.state.chosen, 0, 0);
        }
    }

    onDragStart(ev, person) {
        ev.dataTransfer.setData("text/plain", String(person.id));
        ev.dataTransfer.effectAllowed = "move";
        this.state.chosen = person.id;
    }

    onDrop(ev, row, column) {
        const id = Number(ev.dataTransfer.getData("text/plain")) || this.state.chosen;
        if (this.canEdit && id) {
            return this.place(id, row, column);
        }
    }

    async place(id, row, column) {
        this.state.chosen = null;
        if (await this.props.record.isDirty()) {
            // Rows, seats and people as they stand on the form.
            if (!(await this.props.record.save())) {
                return;
            }
        }
        this.state.plan = await this.orm.call("school.meeting", "seat_person", [
            [this.props.record.resId],
            id,
            row,
            column,
        ]);
    }
}

registry.category("fields").add("school_seat_plan", {
    component: SchoolSeatPlan,
    displayName: _t("Seat plan"),
    supportedTypes: ["json"],
});
