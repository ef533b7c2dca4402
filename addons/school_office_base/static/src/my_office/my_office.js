import {
    Component,
    onWillStart,
    onWillUnmount,
    status,
    useExternalListener,
    useState,
} from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useDebounced } from "@web/core/utils/timing";
import { useService } from "@web/core/utils/hooks";
import { deadlineBadge } from "@school_office_base/deadline/deadline_text";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Coming back to the page after this long (ms) asks the server again.
const STALE_AFTER = 15000;
const MANY_COUNTERS = 4;

export class OfficeItem extends Component {
    static template = "school_office_base.MyOfficeItem";
    static props = { item: Object, busy: Boolean, onOpen: Function, onPress: Function };

    get deadline() {
        return deadlineBadge(this.props.item.deadline_info);
    }

    get progress() {
        const [done, total] = this.props.item.progress;
        return { done, total, percent: total ? Math.round((100 * done) / total) : 0 };
    }
}

/** The page every employee lands in: what waits for him and what he waits for. */
export class MyOffice extends Component {
    static template = "school_office_base.MyOffice";
    static components = { OfficeItem };
    static props = { ...standardActionServiceProps };
    static path = "my-office";
    static displayName = _t("My Office");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.bus = useService("bus_service");
        this.state = useState({ overview: null, busy: false, lateOnly: false });
        this.loadedAt = 0;
        this.reloadSoon = useDebounced(() => this.load(), 800);
        this.onInbox = () => this.reloadSoon();
        this.bus.subscribe("mail.message/inbox", this.onInbox);
        useExternalListener(document, "visibilitychange", this.onComeBack);
        onWillStart(() => this.load());
        onWillUnmount(() => this.bus.unsubscribe("mail.message/inbox", this.onInbox));
    }

    async load() {
        this.state.overview = await this.orm.silent.call(
            "school.my.office",
            "get_overview",
            []
        );
        this.loadedAt = Date.now();
    }

    onComeBack() {
        if (
            document.visibilityState === "visible" &&
            Date.now() - this.loadedAt > STALE_AFTER
        ) {
            this.load();
        }
    }

    get greeting() {
        const { today, user } = this.state.overview;
        const name = user;
        if (today.hour < 5 || today.hour >= 18) {
            return _t("Good evening, %s", name);
        }
        if (today.hour < 11) {
            return _t("Good morning, %s", name);
        }
        return today.hour < 13 ? _t("Hello, %s", name) : _t("Good afternoon, %s", name);
    }

    get line() {
        const { school, today } = this.state.overview;
        return [school, today.date, today.week].filter(Boolean).join(" · ");
    }

    sections(column) {
        return this.state.overview.sections.filter(
            (section) => section.column === column
        );
    }

    /** What is counted at the top; where that is much, only what is not zero. */
    get counters() {
        const sections = this.sections("todo");
        return sections.length > MANY_COUNTERS
            ? sections.filter((section) => section.count)
            : sections;
    }

    /** Cards with something in them; with "late only", their late lines. */
    cards(column) {
        return this.sections(column)
            .map((section) =>
                this.state.lateOnly
                    ? {
                          ...section,
                          items: section.items.filter((item) => this.isLate(item)),
                      }
                    : section
            )
            .filter((section) => section.items.length);
    }

    isLate(item) {
        return item.deadline_state === "late";
    }

    toggleLate() {
        this.state.lateOnly = !this.state.lateOnly;
    }

    show(section) {
        this.state.lateOnly = false;
        const card = document.getElementById(`o_my_office_card_${section.key}`);
        if (card) {
            card.scrollIntoView({ behavior: "smooth", block: "start" });
        } else {
            this.openAll(section);
        }
    }

    async openAll(section) {
        if (section.action) {
            await this.action.doAction(section.action);
        }
    }

    async quick(action) {
        await this.action.doAction(action.action, { onClose: () => this.load() });
    }

    async open(item) {
        if (item.open_method) {
            const [model, id, method] = item.open_method;
            return this.action.doAction(await this.call(model, method, [id]));
        }
        if (item.open_record) {
            const [resModel, resId] = item.open_record;
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: resModel,
                res_id: resId,
                views: [[false, "form"]],
            });
        }
    }

    /** Call a method as a button does: the server completes the action it returns. */
    call(model, method, ids) {
        return rpc(`/web/dataset/call_button/${model}/${method}`, {
            model,
            method,
            args: [ids],
            kwargs: { context: user.context },
        });
    }

    press(button) {
        if (!button.confirm) {
            return this.carryOut(button);
        }
        this.dialog.add(ConfirmationDialog, {
            body: button.confirm,
            confirmLabel: button.label,
            confirm: () => this.carryOut(button),
            cancel: () => {},
        });
    }

    async carryOut(button) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const result = await this.call(button.model, button.method, button.ids);
            if (button.said) {
                this.notification.add(button.said, { type: "success" });
            }
            if (result && result.type) {
                await this.action.doAction(result, { onClose: () => this.load() });
            }
        } finally {
            this.state.busy = false;
            // What was done may have led to another page.
            if (status(this) !== "destroyed") {
                await this.load();
            }
        }
    }
}

registry.category("actions").add("school_my_office", MyOffice);
