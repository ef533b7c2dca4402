import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { useService } from "@web/core/utils/hooks";

const SAVE_AFTER = 900;
const TRY_AGAIN = 4000;
// A draft nobody came back for is of no use to whoever uses the machine next.
const KEEP_DRAFT = 14 * 24 * 3600 * 1000;

/**
 * One text of the record, saved while it is typed.
 *
 * What is typed stays in the browser until the server has it: a lost connection or a
 * closed window loses nothing. The server compares with the text the typing began from;
 * if somebody else wrote meanwhile, both are shown.
 */
export class RoomText extends Component {
    static template = "school_office_meetings.RoomText";
    static props = {
        itemId: Number,
        name: String,
        label: String,
        text: String,
        hint: { type: String, optional: true },
        rows: { type: Number, optional: true },
        readonly: Boolean,
        onSaved: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ value: "", base: "", status: "saved", conflict: null });
        this.take(this.props);
        onWillUpdateProps((next) => this.follow(next));
        onWillUnmount(() => {
            browser.clearTimeout(this.timer);
            if (this.isDirty) {
                this.save();
            }
        });
    }

    get key() {
        return `school-meeting-draft:${session.db}:${user.userId}:${this.props.itemId}:${this.props.name}`;
    }

    get isDirty() {
        return this.state.value !== this.state.base;
    }

    get statusText() {
        return {
            saved: _t("Saved"),
            dirty: _t("Writing…"),
            saving: _t("Saving…"),
            offline: _t("No connection: kept in this browser"),
            refused: _t("Not saved: kept in this browser"),
            conflict: _t("Somebody else has written here too"),
        }[this.state.status];
    }

    /** Begin with the server's text, and with what this browser still keeps. */
    take({ text, readonly }) {
        Object.assign(this.state, { value: text, base: text, status: "saved" });
        const draft = readonly ? null : this.readDraft();
        if (!draft || draft.text === text) {
            return this.dropDraft();
        }
        this.state.value = draft.text;
        this.state.base = draft.base;
        this.state.status = "dirty";
        this.later(0);
    }

    follow(next) {
        if (next.itemId !== this.props.itemId || next.name !== this.props.name) {
            throw new Error("a text belongs to one item; give the component a key");
        }
        if (!this.isDirty && !this.state.conflict) {
            this.state.value = next.text;
            this.state.base = next.text;
        }
    }

    readDraft() {
        try {
            const draft = JSON.parse(browser.localStorage.getItem(this.key));
            return draft && Date.now() - draft.at < KEEP_DRAFT ? draft : null;
        } catch {
            return null;
        }
    }

    keepDraft() {
        const { value, base } = this.state;
        try {
            browser.localStorage.setItem(
                this.key,
                JSON.stringify({ text: value, base, at: Date.now() })
            );
        } catch {
            // The browser keeps nothing: the text is still on the screen.
        }
    }

    dropDraft() {
        browser.localStorage.removeItem(this.key);
    }

    onInput(ev) {
        this.state.value = ev.target.value;
        this.keepDraft();
        if (this.state.status !== "conflict") {
            this.state.status = "dirty";
            this.later(SAVE_AFTER);
        }
    }

    onBlur() {
        if (this.state.status === "dirty") {
            this.later(0);
        }
    }

    later(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.save(), delay);
    }

    async save() {
        if (this.saving) {
            return this.later(SAVE_AFTER);
        }
        const { name, itemId } = this.props;
        const sent = this.state.value;
        this.saving = true;
        this.state.status = "saving";
        try {
            const answer = await this.orm.silent.call(
                "school.meeting.item",
                "save_texts",
                [[itemId], { [name]: { text: sent, base: this.state.base } }]
            );
            if (name in answer.conflicts) {
                this.state.conflict = answer.conflicts[name];
                this.state.status = "conflict";
                return;
            }
            this.state.base = sent;
            this.props.onSaved(itemId, name, sent);
            if (this.state.value === sent) {
                this.state.status = "saved";
                this.dropDraft();
            } else {
                this.keepDraft();
                this.state.status = "dirty";
                this.later(SAVE_AFTER);
            }
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                this.state.status = "offline";
                this.later(TRY_AGAIN);
            } else {
                this.state.status = "refused";
                throw error;
            }
        } finally {
            this.saving = false;
        }
    }

    /** Settle a conflict: mine, theirs, or both below one another. */
    settle(which) {
        const theirs = this.state.conflict.text;
        this.state.base = theirs;
        if (which === "theirs") {
            this.state.value = theirs;
        } else if (which === "both") {
            this.state.value = [theirs, this.state.value].filter(Boolean).join("\n\n");
        }
        this.state.conflict = null;
        if (this.isDirty) {
            this.keepDraft();
            this.state.status = "dirty";
            this.later(0);
        } else {
            this.state.status = "saved";
            this.dropDraft();
        }
    }
}
