import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "school.venue.desk";
const HALF = 0.5;

function text(hour) {
    const minutes = Math.round(hour * 60);
    const pad = (value) => String(value).padStart(2, "0");
    return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function hour(value) {
    const [hours, minutes] = (value || "").split(":").map(Number);
    return Number.isFinite(hours) ? hours + (minutes || 0) / 60 : null;
}

/** Book a room in four taps: day, time, room, done. */
export class BookRoom extends Component {
    static template = "school_office_meetings.BookRoom";
    static props = { ...standardActionServiceProps };
    static path = "book-room";
    static displayName = _t("Book a Room");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.last = new KeepLast();
        this.lastDay = new KeepLast();
        this.state = useState({
            choices: null,
            day: null,
            first: null,
            end: null,
            from: null,
            to: null,
            people: 0,
            kind: null,
            features: [],
            more: false,
            rooms: null,
            board: null,
            room: null,
            purpose: "",
            reason: "",
            count: 1,
            busy: false,
            problem: "",
            done: null,
        });
        onWillStart(async () => {
            this.state.choices = await this.orm.call(MODEL, "get_choices", []);
            const wish = this.props.action.context || {};
            const days = this.state.choices.days;
            const asked = days.find((day) => day.date === wish.book_day);
            await this.chooseDay(asked || days[0]);
        });
    }

    get hasTime() {
        return this.state.from !== null && this.state.to > this.state.from;
    }

    get timeText() {
        return this.hasTime ? `${text(this.state.from)}–${text(this.state.to)}` : "";
    }

    get whenText() {
        return [this.dayText, this.timeText].filter(Boolean).join(" ");
    }

    get dayText() {
        const { day, choices } = this.state;
        const found = choices.days.find((one) => one.date === day);
        return found ? `${found.weekday} ${found.month}/${found.day}` : "";
    }

    get fromValue() {
        return this.state.from === null ? "" : text(this.state.from);
    }

    get toValue() {
        return this.state.to === null ? "" : text(Math.min(this.state.to, 23.99));
    }

    /** A period that has begun is no longer offered today. */
    isOver(period) {
        const { choices, day } = this.state;
        return day === choices.days[0].date && period.from < choices.now;
    }

    inRange(period) {
        return (
            this.hasTime &&
            period.from >= this.state.from - 0.001 &&
            period.to <= this.state.to + 0.001
        );
    }

    async chooseDay(day) {
        this.state.day = day.date;
        this.state.done = null;
        await Promise.all([this.loadBoard(), this.loadRooms()]);
    }

    async loadBoard() {
        if (this.ui.isSmall) {
            return;
        }
        this.state.board = await this.lastDay.add(
            this.orm.silent.call(MODEL, "get_day", [this.state.day], {
                kind: this.state.kind,
            })
        );
    }

    /** One period is a time; a second one later stretches it. */
    async choosePeriod(period) {
        const { first, end } = this.state;
        if (first && !end && period.from > first.from) {
            this.state.end = period;
        } else if (first && !end && period.id === first.id) {
            this.state.first = null;
        } else {
            this.state.first = period;
            this.state.end = null;
        }
        const begin = this.state.first;
        const last = this.state.end || begin;
        this.state.from = begin ? begin.from : null;
        this.state.to = last ? last.to : null;
        await this.loadRooms();
    }

    async setFrom(ev) {
        const from = hour(ev.target.value);
        if (from === null) {
            return;
        }
        const length = this.hasTime ? this.state.to - this.state.from : 1;
        this.state.from = from;
        this.state.to = Math.min(from + length, 24);
        this.state.first = this.state.end = null;
        await this.loadRooms();
    }

    async setTo(ev) {
        const to = hour(ev.target.value);
        if (to === null) {
            return;
        }
        this.state.to = to;
        this.state.end = null;
        await this.loadRooms();
    }

    async setPeople(ev) {
        this.state.people = Math.max(0, parseInt(ev.target.value) || 0);
        await this.loadRooms();
    }

    async chooseKind(kind) {
        this.state.kind = this.state.kind === kind ? null : kind;
        await Promise.all([this.loadBoard(), this.loadRooms()]);
    }

    async toggleFeature(id) {
        const chosen = this.state.features;
        this.state.features = chosen.includes(id)
            ? chosen.filter((one) => one !== id)
            : [...chosen, id];
        await this.loadRooms();
    }

    async loadRooms() {
        this.state.room = null;
        this.state.problem = "";
        if (!this.hasTime) {
            this.state.rooms = null;
            if (this.state.from !== null && this.state.to !== null) {
                this.state.problem = _t("A booking ends after it begins.");
            }
            return;
        }
        const { day, from, to, people, features, kind } = this.state;
        try {
            this.state.rooms = await this.last.add(
                this.orm.silent.call(MODEL, "get_rooms", [day, from, to], {
                    people,
                    features,
                    kind,
                })
            );
        } catch (error) {
            this.state.rooms = null;
            this.state.problem = error.data?.message || error.message;
        }
    }

    chooseRoom(room) {
        this.state.room = room;
        this.state.count = 1;
        this.state.problem = "";
        browser.setTimeout(() => {
            document.querySelector(".o_book_room_purpose")?.focus();
        });
    }

    /** A tap into the table of hours: this room, from this half hour on. */
    async tapBoard(room, ev) {
        const box = ev.currentTarget.getBoundingClientRect();
        const { from, to } = this.state.board;
        const share = (ev.clientX - box.left) / box.width;
        const start = Math.floor((from + share * (to - from)) / HALF) * HALF;
        this.state.from = start;
        this.state.to = Math.min(start + 1, 24);
        this.state.first = this.state.end = null;
        await this.loadRooms();
        const free = (this.state.rooms?.free || []).find((one) => one.id === room.id);
        if (free) {
            this.chooseRoom(free);
        }
    }

    place(span) {
        const { from, to } = this.state.board;
        const whole = to - from;
        const left = (100 * (span[0] - from)) / whole;
        const width = (100 * (span[1] - span[0])) / whole;
        return `left: ${left}%; width: ${width}%;`;
    }

    get hours() {
        const { from, to } = this.state.board;
        const all = [];
        for (let one = from; one < to; one++) {
            all.push({ key: one, style: this.place([one, one + 1]), text: one });
        }
        return all;
    }

    openBooking(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "school.venue.booking",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async book() {
        const { room, day, from, to, people, features, purpose, reason, count } =
            this.state;
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.problem = "";
        try {
            this.state.done = await this.orm.call(MODEL, "book", [
                {
                    venue_id: room.id,
                    day,
                    hour_from: from,
                    hour_to: to,
                    purpose,
                    people,
                    features,
                    urgent_reason: room.late ? reason : "",
                    count,
                    rules_accepted: true,
                },
            ]);
            this.state.room = null;
            await this.loadBoard();
        } catch (error) {
            this.state.problem = error.data?.message || error.message;
            // Somebody was faster: show what is free now, and keep what was written.
            const problem = this.state.problem;
            const chosen = room.id;
            await this.loadRooms();
            const still = (this.state.rooms?.free || []).find(
                (one) => one.id === chosen
            );
            this.state.room = still || null;
            this.state.problem = problem;
        } finally {
            this.state.busy = false;
        }
    }

    openDone() {
        const { model, id } = this.state.done;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openMine() {
        this.action.doAction("school_office_meetings.venue_booking_action_mine");
    }

    async again() {
        Object.assign(this.state, {
            done: null,
            first: null,
            end: null,
            from: null,
            to: null,
            rooms: null,
            purpose: "",
            reason: "",
        });
        await this.loadBoard();
    }
}

registry.category("actions").add("school_book_room", BookRoom);
