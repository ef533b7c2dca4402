/** Seconds as people read a clock: 09:05, or 1:02:03. */
export function clock(seconds) {
    const total = Math.floor(Math.abs(seconds));
    const pad = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(total / 3600);
    const rest = `${pad(Math.floor((total % 3600) / 60))}:${pad(total % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
}

/** A moment of the server ("2026-11-22 03:00:00", UTC) in milliseconds. */
export function moment(text) {
    return text ? Date.parse(`${text.replace(" ", "T")}Z`) : 0;
}

/**
 * How an item stands with its speaking time at `now` (milliseconds).
 * `left` is negative once it is over; `share` goes from 0 to 1.
 */
export function timing(item, now) {
    const planned = item.minutes * 60;
    const running = item.running_since
        ? Math.max(0, (now - moment(item.running_since)) / 1000)
        : 0;
    const used = item.seconds_used + running;
    return {
        used,
        planned,
        left: planned - used,
        over: planned > 0 && used > planned,
        share: planned ? Math.min(1, used / planned) : 0,
    };
}
