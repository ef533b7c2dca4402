import {
    Component,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RoomPrompt } from "./room_prompt";
import { RoomText } from "./room_text";
import { clock, moment, timing } from "./room_time";
import { choiceText, RoomVote } from "./room_vote";

const CHANNEL = "school.meeting/room";
// The bus tells of changes; this is for where it does not get through.
const POLL = 15000;
const SPREAD = 600;

/** "In the Room": each sees of a meeting that is on what is his to see and do. */
export class MeetingRoom extends Component {
    static template = "school_office_meetings.MeetingRoom";
    static components = { RoomText, RoomVote };
    static props = { ...standardActionServiceProps };
    static path = "meeting-room";
    static displayName = _t("In the Room");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.bus = useService("bus_service");
        this.clock = clock;
        const { context = {}, params = {} } = this.props.action;
        this.meetingId = Number(context.active_id || params.active_id || 0);
        this.state = useState({
            room: null,
            now: Date.now(),
            lost: false,
            busy: false,
            gone: false,
            selected: 0,
            tab: "now",
            code: "",
            point: "",
        });
        this.offset = 0;
        this.onChange = (payload) => {
            if (payload.meeting_id === this.meetingId) {
                this.soon();
            }
        };
        this.bus.subscribe(CHANNEL, this.onChange);
        useExternalListener(document, "visibilitychange", () => {
            if (document.visibilityState === "visible") {
                this.load();
            }
        });
        const tick = browser.setInterval(() => {
            this.state.now = Date.now() + this.offset;
        }, 1000);
        const poll = browser.setInterval(() => this.load(), POLL);
        onWillStart(() => this.load());
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANNEL, this.onChange);
            browser.clearInterval(tick);
            browser.clearInterval(poll);
            browser.clearTimeout(this.waiting);
        });
    }

    // Data

    /** Thirty phones hear of a change at once; they do not all ask at once. */
    soon() {
        browser.clearTimeout(this.waiting);
        this.waiting = browser.setTimeout(() => this.load(), Math.random() * SPREAD);
    }

    async load() {
        if (!this.meetingId) {
            this.state.gone = true;
            return;
        }
        try {
            const room = await this.orm.silent.call("school.meeting", "get_room", [
                [this.meetingId],
            ]);
            this.offset = moment(room.now) - Date.now();
            this.state.now = Date.now() + this.offset;
            this.state.room = room;
            this.state.lost = false;
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                this.state.lost = true;
            } else if (this.state.room) {
                // Taken off the list, say: show nothing any more.
                this.state.room = null;
                this.state.gone = true;
            } else {
                throw error;
            }
        }
    }

    /** Call a method and show what came of it; a refusal is shown by the client. */
    async call(model, id, method, ...args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            return await this.orm.call(model, method, [[id], ...args]);
        } finally {
            this.state.busy = false;
            await this.load();
        }
    }

    onMeeting(method, ...args) {
        return this.call("school.meeting", this.meetingId, method, ...args);
    }

    onItem(item, method, ...args) {
        return this.call("school.meeting.item", item.id, method, ...args);
    }

    onSeat(seat, method, ...args) {
        return this.call("school.meeting.participant", seat.id, method, ...args);
    }

    ask(title, fields, confirmLabel, onConfirm, body) {
        const values = { title, fields, confirmLabel, onConfirm, body };
        this.open(RoomPrompt, values);
    }

    confirm(body, confirmLabel, confirm) {
        const values = { body, confirmLabel, confirm, cancel: () => {} };
        this.open(ConfirmationDialog, values);
    }

    /** One dialog at a time: the second tap of a hasty thumb opens none. */
    open(dialog, values) {
        if (this.asking) {
            return;
        }
        this.asking = true;
        this.dialog.add(dialog, values, {
            onClose: () => {
                this.asking = false;
            },
        });
    }

    // What is shown

    get meeting() {
        return this.state.room.meeting;
    }

    get me() {
        return this.state.room.me;
    }

    get isOn() {
        return this.meeting.state === "in_session";
    }

    get isOpen() {
        return ["called", "in_session"].includes(this.meeting.state);
    }

    get canWrite() {
        return (
            this.me.runs &&
            ["in_session", "ended"].includes(this.meeting.state) &&
            !this.meeting.final
        );
    }

    get current() {
        return this.state.room.items.find((item) => item.state === "current");
    }

    /** The item in the middle: the one chosen in the order, else the current one. */
    get item() {
        const { items } = this.state.room;
        return (
            items.find((item) => item.id === this.state.selected) ||
            this.current ||
            items.find((item) => item.state === "waiting") ||
            items[items.length - 1]
        );
    }

    get subtitle() {
        const { body, place, start_text: start } = this.meeting;
        return this.joined(body, start, place);
    }

    joined(...parts) {
        return parts.filter(Boolean).join(" · ");
    }

    hasTexts(item) {
        return Object.values(item.texts).some(Boolean);
    }

    get openVote() {
        for (const item of this.state.room.items) {
            const vote = item.votes.find((one) => one.state === "open");
            if (vote) {
                return vote;
            }
        }
        return null;
    }

    get here() {
        return this.state.room.people.filter((seat) => seat.present).length;
    }

    get myStatements() {
        return this.state.room.items
            .flatMap((item) => item.statements)
            .filter((one) => one.mine && one.state === "asked");
    }

    get texts() {
        return [
            { name: "discussion", label: _t("Main discussion"), rows: 5 },
            { name: "differing_opinions", label: _t("Differing opinions"), rows: 2 },
            {
                name: "department_opinions",
                label: _t("Opinions of departments"),
                rows: 2,
            },
            { name: "conclusion", label: _t("Preliminary conclusion"), rows: 2 },
            { name: "decision", label: _t("Decision"), rows: 2 },
        ];
    }

    timing(item) {
        return timing(item, this.state.now);
    }

    timeText(item) {
        const { left, over, planned, used } = this.timing(item);
        if (!planned) {
            return clock(used);
        }
        return over ? `+${clock(left)}` : clock(left);
    }

    usedText(item) {
        return _t("%(used)s of %(minutes)s min", {
            used: clock(this.timing(item).used),
            minutes: item.minutes,
        });
    }

    elapsed() {
        return clock((this.state.now - moment(this.meeting.started_at)) / 1000);
    }

    stateIcon(item) {
        return {
            waiting: "fa-circle-o",
            current: "fa-play-circle",
            done: "fa-check-circle",
            deferred: "fa-clock-o",
            withdrawn: "fa-times-circle-o",
        }[item.state];
    }

    stateText(item) {
        return {
            waiting: _t("Waiting"),
            current: _t("Now"),
            done: _t("Done"),
            deferred: _t("Put off"),
            withdrawn: _t("Withdrawn"),
        }[item.state];
    }

    consentText(item) {
        return {
            asked: _t("Extra item: waits for the chair"),
            granted: _t("Extra item: the chair consented"),
            refused: _t("Extra item: the chair refused"),
        }[item.consent];
    }

    attendanceText(seat) {
        return {
            none: _t("Not yet"),
            present: _t("Present"),
            late: _t("Late"),
            absent: _t("Absent"),
            left: _t("Left"),
        }[seat.attendance];
    }

    attendanceClass(seat) {
        if (seat.present) {
            return seat.attendance === "late" ? "text-bg-warning" : "text-bg-success";
        }
        return seat.attendance === "absent" ? "text-bg-danger" : "text-bg-light";
    }

    statementText(statement) {
        return {
            recorded: _t("Recorded"),
            asked: _t("Asked to confirm"),
            confirmed: _t("Confirmed"),
            corrected: _t("In the speaker's words"),
        }[statement.state];
    }

    visibilityText(item) {
        return {
            all: _t("Read by all staff"),
            participants: _t("Read by participants"),
            departments: _t("Read by named departments"),
            members: _t("Read by members of the body"),
        }[item.visibility];
    }

    quorumText(standing) {
        return _t("%(present)s of %(base)s present for this item, %(needed)s needed", {
            present: standing.present,
            base: standing.base,
            needed: standing.needed,
        });
    }

    recusedText(item) {
        return _t("Left this item: %s", item.recused.map((one) => one.name).join(", "));
    }

    hereText() {
        if (["ended", "closed"].includes(this.meeting.state)) {
            const came = this.state.room.people.filter((seat) =>
                ["present", "late", "left"].includes(seat.attendance)
            );
            return _t("%(came)s of %(all)s came", {
                came: came.length,
                all: this.state.room.people.length,
            });
        }
        return _t("%(here)s of %(all)s in the room", {
            here: this.here,
            all: this.state.room.people.length,
        });
    }

    select(item) {
        this.state.selected = item.id;
        this.state.tab = "now";
    }

    follow() {
        this.state.selected = 0;
    }

    onSaved(itemId, name, text) {
        const item = this.state.room.items.find((one) => one.id === itemId);
        if (item && item.texts) {
            item.texts[name] = text;
        }
    }

    // Opening and ending

    start() {
        const { missing } = this.state.room;
        if (!missing.length) {
            return this.onMeeting("action_start");
        }
        this.confirm(
            _t(
                "Main participants are not here yet: %s. Open the meeting without them?",
                missing.join(", ")
            ),
            _t("Open the Meeting"),
            () => this.onMeeting("action_start", true)
        );
    }

    end() {
        const waiting = this.state.room.items.filter(
            (item) => item.state === "waiting"
        );
        const text = waiting.length
            ? _t(
                  "Not dealt with yet: %s. End the meeting and put them off to the next one?",
                  waiting.map((item) => item.name).join(", ")
              )
            : _t("End the meeting? It cannot be opened again.");
        this.confirm(text, _t("End the Meeting"), () =>
            this.onMeeting("action_end", Boolean(waiting.length))
        );
    }

    async showCode() {
        this.action.doAction(
            await this.orm.call("school.meeting", "action_open_sign_in_screen", [
                [this.meetingId],
            ])
        );
    }

    printSheet() {
        this.action.doAction("school_office_meetings.action_report_sign_in_sheet", {
            additionalContext: {
                active_ids: [this.meetingId],
                active_id: this.meetingId,
                active_model: "school.meeting",
            },
        });
    }

    openMeeting() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "school.meeting",
            res_id: this.meetingId,
            views: [[false, "form"]],
        });
    }

    // For each

    async signIn() {
        await this.onMeeting("action_sign_in", this.state.code);
        this.state.code = "";
        this.notification.add(_t("You are signed in."), { type: "success" });
    }

    leave() {
        const seat = this.state.room.people.find((one) =>
            this.me.seats.includes(one.id)
        );
        this.ask(
            _t("I have to leave"),
            [{ name: "reason", label: _t("Why"), type: "text" }],
            _t("Leave the Meeting"),
            ({ reason }) => this.onSeat(seat, "action_leave", reason)
        );
    }

    raise() {
        this.ask(
            _t("Raise a point"),
            [{ name: "point", label: _t("About"), type: "text" }],
            _t("Ask for the Floor"),
            ({ point }) => this.onItem(this.current, "action_ask_floor", point)
        );
    }

    recuse(item) {
        this.ask(
            _t("This item concerns me"),
            [{ name: "reason", label: _t("Why"), type: "text", required: true }],
            _t("Leave This Item"),
            ({ reason }) => this.onItem(item, "action_recuse", reason),
            _t("You do not count for this item, do not vote on it and do not see it.")
        );
    }

    sendOut(item) {
        this.ask(
            _t("The item concerns somebody"),
            [
                {
                    name: "seat",
                    label: _t("Who"),
                    type: "select",
                    required: true,
                    options: this.seatOptions(this.state.room.people),
                },
                { name: "reason", label: _t("Why"), type: "text", required: true },
            ],
            _t("Leaves This Item"),
            ({ seat, reason }) =>
                this.onItem(item, "action_recuse", reason, Number(seat))
        );
    }

    takeBack(recusal) {
        this.confirm(
            _t("Let %s take part in this item again?", recusal.name),
            _t("Take Back"),
            () => this.call("school.meeting.recusal", recusal.id, "action_withdraw")
        );
    }

    propose() {
        this.ask(
            _t("Propose an extra item"),
            [
                { name: "name", label: _t("Item"), type: "text", required: true },
                { name: "minutes", label: _t("Time (min)"), type: "number", value: 10 },
                { name: "description", label: _t("Why now"), type: "textarea" },
            ],
            _t("Propose"),
            ({ name, minutes, description }) =>
                this.onMeeting("action_propose_item", name, minutes || 0, description),
            _t("It is dealt with only if the chair consents.")
        );
    }

    confirmStatement(statement) {
        return this.call("school.meeting.statement", statement.id, "action_confirm");
    }

    correctStatement(statement) {
        this.ask(
            _t("In my own words"),
            [
                {
                    name: "text",
                    label: _t("What I said"),
                    type: "textarea",
                    value: statement.text,
                    required: true,
                },
            ],
            _t("Confirm My Words"),
            ({ text }) =>
                this.call(
                    "school.meeting.statement",
                    statement.id,
                    "action_correct",
                    text
                )
        );
    }

    cast(vote, choice) {
        this.confirm(
            _t("Your vote: %s. It cannot be changed.", choiceText(choice)),
            choiceText(choice),
            async () => {
                await this.call("school.meeting.vote", vote.id, "action_cast", choice);
            }
        );
    }

    // Running the meeting

    settle(item, method, title, label) {
        this.ask(
            title,
            [{ name: "reason", label: _t("Why"), type: "text", required: true }],
            label,
            ({ reason }) => this.onItem(item, method, reason)
        );
    }

    defer(item) {
        this.settle(item, "action_defer", _t("Put the item off"), _t("Put Off"));
    }

    withdraw(item) {
        this.settle(
            item,
            "action_withdraw",
            _t("Take the item off the agenda"),
            _t("Withdraw")
        );
    }

    refuse(item) {
        this.ask(
            _t("Keep the item out"),
            [{ name: "reason", label: _t("Why"), type: "text" }],
            _t("Refuse"),
            ({ reason }) => this.onItem(item, "action_refuse_consent", reason)
        );
    }

    newVote(item) {
        this.ask(
            _t("Open a vote"),
            [
                {
                    name: "question",
                    label: _t("Question"),
                    type: "textarea",
                    value: item.name,
                    required: true,
                },
                {
                    name: "kind",
                    label: _t("How"),
                    type: "select",
                    value: this.meeting.secret_ballot ? "secret" : "open",
                    options: [
                        { value: "open", label: _t("Open, by phone") },
                        { value: "secret", label: _t("Secret, by phone") },
                        { value: "hands", label: _t("Show of hands") },
                    ],
                },
            ],
            _t("Open the Vote"),
            ({ question, kind }) =>
                this.onItem(item, "action_open_vote", question, kind)
        );
    }

    closeVote(vote) {
        if (vote.kind !== "hands") {
            const waiting = vote.roll - vote.voted.length;
            const text = waiting
                ? _t("%s have not voted yet. Close the vote and count?", waiting)
                : _t("Everybody has voted. Close the vote and count?");
            return this.confirm(text, _t("Close and Count"), () =>
                this.call("school.meeting.vote", vote.id, "action_close")
            );
        }
        this.ask(
            _t("Count the hands"),
            [
                { name: "pro", label: _t("For"), type: "number", value: 0 },
                { name: "con", label: _t("Against"), type: "number", value: 0 },
                { name: "abstain", label: _t("Abstain"), type: "number", value: 0 },
            ],
            _t("Close the Vote"),
            ({ pro, con, abstain }) =>
                this.call(
                    "school.meeting.vote",
                    vote.id,
                    "action_close_hands",
                    Number(pro),
                    Number(con),
                    Number(abstain)
                ),
            _t("%s may vote.", vote.present)
        );
    }

    cancelVote(vote) {
        this.ask(
            _t("Cancel the vote"),
            [{ name: "reason", label: _t("Why"), type: "text", required: true }],
            _t("Cancel the Vote"),
            ({ reason }) =>
                this.call("school.meeting.vote", vote.id, "action_cancel", reason)
        );
    }

    speak(turn) {
        return this.call("school.meeting.turn", turn.id, "action_speak");
    }

    stop(turn) {
        return this.call("school.meeting.turn", turn.id, "action_stop");
    }

    dropTurn(turn) {
        return this.call("school.meeting.turn", turn.id, "action_withdraw");
    }

    // The list

    signInFor(seat) {
        return this.onSeat(seat, "action_sign_in_for", "clerk");
    }

    leaveFor(seat) {
        this.ask(
            _t("%s leaves", seat.name),
            [{ name: "reason", label: _t("Why"), type: "text" }],
            _t("Has Left"),
            ({ reason }) => this.onSeat(seat, "action_leave", reason)
        );
    }

    absentFor(seat) {
        const method =
            seat.attendance === "absent" ? "action_give_reason" : "action_mark_absent";
        this.ask(
            _t("%s does not come", seat.name),
            [{ name: "reason", label: _t("Why"), type: "text", value: seat.reason }],
            _t("Is Absent"),
            ({ reason }) => this.onSeat(seat, method, reason)
        );
    }

    undoFor(seat) {
        this.ask(
            _t("Strike out the sign-in of %s", seat.name),
            [{ name: "reason", label: _t("Why"), type: "text", required: true }],
            _t("Strike Out"),
            ({ reason }) => this.onSeat(seat, "action_undo_sign_in", reason)
        );
    }

    // The record

    seatOptions(seats) {
        return seats.map((seat) => ({
            value: seat.id,
            label: seat.department ? `${seat.name} · ${seat.department}` : seat.name,
        }));
    }

    newStatement(item) {
        this.ask(
            _t("Record a key statement"),
            [
                {
                    name: "seat",
                    label: _t("Speaker"),
                    type: "select",
                    required: true,
                    options: this.seatOptions(
                        this.state.room.people.filter((seat) => seat.signed_in)
                    ),
                },
                { name: "text", label: _t("Said"), type: "textarea", required: true },
            ],
            _t("Record and Ask to Confirm"),
            ({ seat, text }) => this.onItem(item, "action_state", Number(seat), text)
        );
    }

    newResolution(item) {
        this.ask(
            _t("Draft a resolution"),
            [
                { name: "name", label: _t("Matter"), type: "textarea", required: true },
                {
                    name: "owner_id",
                    label: _t("Owner"),
                    type: "select",
                    required: true,
                    options: this.state.room.owners.map((user) => ({
                        value: user.id,
                        label: user.name,
                    })),
                },
                { name: "due_date", label: _t("Due"), type: "date" },
            ],
            _t("Add the Resolution"),
            ({ name, owner_id: owner, due_date: due }) =>
                this.onMeeting("action_draft_resolution", item.id, {
                    name,
                    owner_id: Number(owner),
                    due_date: due || false,
                })
        );
    }

    openResolution(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "school.meeting.resolution",
            res_id: row.id,
            views: [[false, "form"]],
            target: "new",
        });
    }

    setReaders(item) {
        this.ask(
            _t("Who reads the record of this item"),
            [
                {
                    name: "visibility",
                    label: _t("Readers"),
                    type: "select",
                    value: item.visibility,
                    options: [
                        { value: "participants", label: _t("Participants") },
                        { value: "all", label: _t("All staff, once it is final") },
                        { value: "departments", label: _t("Named departments") },
                        { value: "members", label: _t("Members of the body") },
                    ],
                },
                {
                    name: "departments",
                    label: _t("Departments"),
                    type: "many",
                    value: item.departments,
                    options: this.state.room.departments.map((one) => ({
                        value: one.id,
                        label: one.name,
                    })),
                },
            ],
            _t("Set"),
            ({ visibility, departments }) =>
                this.onItem(
                    item,
                    "action_set_visibility",
                    visibility,
                    visibility === "departments" ? departments : []
                )
        );
    }
}

registry.category("actions").add("school_meeting_room", MeetingRoom);
