import { _t } from "@web/core/l10n/translation";

/**
 * A length of time in the words people use: the two largest units, no seconds.
 *
 * @param {number} seconds counted time, never negative
 * @param {number} day seconds of one day on the clock in question: a working day of the
 *      school, or 24 hours
 */
export function durationText(seconds, day) {
    const minutes = Math.floor(seconds / 60);
    const dayMinutes = Math.max(1, Math.round(day / 60));
    const days = Math.floor(minutes / dayMinutes);
    const hours = Math.floor((minutes % dayMinutes) / 60);
    const rest = (minutes % dayMinutes) % 60;
    if (days > 1 || (days === 1 && !hours)) {
        return days === 1 ? _t("1 day") : _t("%s days", days);
    }
    if (days === 1) {
        return _t("1 day %s h", hours);
    }
    if (hours && rest) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: rest });
    }
    if (hours) {
        return _t("%s h", hours);
    }
    return _t("%s min", rest);
}

/**
 * What the badge of a deadline says, from what the server knows and the seconds that
 * have passed since it answered.
 *
 * @param {Object} info `deadline_info` of the record
 * @param {number} passed seconds since the record was read
 * @returns {{text: string, color: string, icon: string}|null}
 */
export function deadlineBadge(info, passed = 0) {
    const state = info?.state;
    switch (state) {
        case "met":
            return { text: _t("Done in time"), color: "success", icon: "fa-check" };
        case "missed":
            return { text: _t("Done too late"), color: "danger", icon: "fa-check" };
        case "paused":
            return { text: _t("Paused"), color: "secondary", icon: "fa-pause" };
    }
    if (!info || !info.local) {
        return null;
    }
    const counted = info.plain ? passed : Math.min(passed, info.ticks || 0);
    const left = info.late ? -(info.seconds + counted) : info.seconds - counted;
    if (left < 0 || info.late) {
        const late = durationText(-left, info.day);
        return {
            text: -left < 60 ? _t("Late") : _t("Late by %s", late),
            color: "danger",
            icon: "fa-exclamation-triangle",
        };
    }
    return {
        text: _t("%s left", durationText(left, info.day)),
        color: state === "warning" || state === "late" ? "warning" : "success",
        icon: "fa-clock-o",
    };
}
