import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import {
    deadlineBadge,
    durationText,
} from "@school_office_base/deadline/deadline_text";

describe.current.tags("headless");

const HOUR = 3600;
const DAY = 9 * HOUR;

test("lengths of time are told in two units", () => {
    allowTranslations();
    expect(durationText(40, DAY).toString()).toBe("0 min");
    expect(durationText(20 * 60, DAY).toString()).toBe("20 min");
    expect(durationText(3 * HOUR + 1200, DAY).toString()).toBe("3 h 20 min");
    expect(durationText(3 * HOUR, DAY).toString()).toBe("3 h");
    expect(durationText(DAY, DAY).toString()).toBe("1 day");
    expect(durationText(DAY + 2 * HOUR, DAY).toString()).toBe("1 day 2 h");
    expect(durationText(3 * DAY + HOUR, DAY).toString()).toBe("3 days");
});

test("the badge counts on while the school serves and turns red", () => {
    allowTranslations();
    const info = {
        state: "running",
        local: "x",
        seconds: HOUR,
        day: DAY,
        ticks: 2 * HOUR,
    };
    expect(deadlineBadge(info).text.toString()).toBe("1 h left");
    expect(deadlineBadge(info).color).toBe("success");
    expect(deadlineBadge(info, 1800).text.toString()).toBe("30 min left");
    expect(deadlineBadge(info, HOUR + 600).text.toString()).toBe("Late by 10 min");
    expect(deadlineBadge(info, HOUR + 600).color).toBe("danger");
    // Service ends in ten minutes: the night does not count.
    expect(deadlineBadge({ ...info, ticks: 600 }, 9000).text.toString()).toBe(
        "50 min left"
    );
    // A plain clock runs through the night.
    expect(
        deadlineBadge({ ...info, ticks: 0, plain: true }, 1800).text.toString()
    ).toBe("30 min left");
});

test("every state has its badge", () => {
    allowTranslations();
    const info = { local: "x", seconds: HOUR, day: DAY };
    expect(deadlineBadge({ ...info, state: "warning" }).color).toBe("warning");
    expect(deadlineBadge({ ...info, state: "late", late: true }).color).toBe("danger");
    expect(deadlineBadge({ state: "met" }).color).toBe("success");
    expect(deadlineBadge({ state: "missed" }).color).toBe("danger");
    expect(deadlineBadge({ state: "paused" }).color).toBe("secondary");
    expect(deadlineBadge({ state: "none" })).toBe(null);
    expect(deadlineBadge(false)).toBe(null);
});
