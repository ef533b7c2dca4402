import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const CHANNEL = "school.meeting/room";
const RETRY = 5;

/** The code on the screen of the room, as large as it goes; a new one every slot. */
export class MeetingSignIn extends Component {
    static template = "school_office_meetings.MeetingSignIn";
    static props = { ...standardActionServiceProps };
    static path = "meeting-sign-in";
    static displayName = _t("Sign-in");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        const { context = {}, params = {} } = this.props.action;
        this.meetingId = Number(context.active_id || params.active_id || 0);
        this.state = useState({ screen: null, left: 0, lost: false });
        this.onChange = (payload) => {
            if (payload.meeting_id === this.meetingId) {
                this.load();
            }
        };
        this.bus.subscribe(CHANNEL, this.onChange);
        const tick = browser.setInterval(() => this.tick(), 1000);
        onWillStart(() => this.load());
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANNEL, this.onChange);
            browser.clearInterval(tick);
        });
    }

    tick() {
        this.state.left -= 1;
        if (this.state.left <= 0) {
            this.load();
        }
    }

    async load() {
        if (this.loading) {
            return;
        }
        this.loading = true;
        try {
            this.state.screen = await this.orm.silent.call(
                "school.meeting",
                "get_sign_in_screen",
                [[this.meetingId]]
            );
            this.state.left = this.state.screen.left;
            this.state.lost = false;
        } catch (error) {
            if (!(error instanceof ConnectionLostError) || !this.state.screen) {
                throw error;
            }
            this.state.lost = true;
            this.state.left = RETRY;
        } finally {
            this.loading = false;
        }
    }

    get hereText() {
        const { here, expected } = this.state.screen;
        return _t("%(here)s of %(expected)s are here", { here, expected });
    }

    get share() {
        const { period } = this.state.screen;
        return period ? Math.max(0, (100 * this.state.left) / period) : 0;
    }

    get subtitle() {
        const { school, start, place } = this.state.screen;
        return [school, start, place].filter(Boolean).join(" · ");
    }

    async leave() {
        this.action.doAction(
            await this.orm.call("school.meeting", "action_open_room", [
                [this.meetingId],
            ]),
            { clearBreadcrumbs: true }
        );
    }
}

registry.category("actions").add("school_meeting_sign_in", MeetingSignIn);
