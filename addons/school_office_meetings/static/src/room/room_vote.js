import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

export const CHOICES = ["for", "against", "abstain"];

export function choiceText(choice) {
    return { for: _t("For"), against: _t("Against"), abstain: _t("Abstain") }[choice];
}

/** A vote as each sees it: his ballot, who has voted, what came of it. */
export class RoomVote extends Component {
    static template = "school_office_meetings.RoomVote";
    static props = {
        vote: Object,
        runs: Boolean,
        isBusy: Boolean,
        onCast: Function,
        onClose: Function,
        onCancel: Function,
    };

    setup() {
        this.choices = CHOICES;
        this.choiceText = choiceText;
    }

    get kindText() {
        return {
            open: _t("Open vote"),
            secret: _t("Secret vote"),
            hands: _t("Show of hands"),
        }[this.props.vote.kind];
    }

    get resultText() {
        return {
            passed: _t("Passed"),
            rejected: _t("Not passed"),
            tie: _t("Tie"),
        }[this.props.vote.result];
    }

    get turnoutText() {
        const { vote } = this.props;
        return _t("%(voted)s of %(roll)s have voted", {
            voted: vote.voted.length,
            roll: vote.roll,
        });
    }

    names(choice) {
        return this.props.vote.ballots
            .filter((ballot) => ballot.choice === choice)
            .map((ballot) => ballot.name)
            .join(", ");
    }

    live(choice) {
        return this.props.vote.ballots.filter((ballot) => ballot.choice === choice)
            .length;
    }

    share(choice) {
        const { vote } = this.props;
        const total = vote.roll || 1;
        const count = vote.counts ? vote.counts[choice] : this.live(choice);
        return Math.round((100 * count) / total);
    }
}
