// Moments are stored as UTC text of one width, 2026-01-02T03:04:05.000000+00:00, and shown in
// Shanghai, which has been 8 hours ahead, summer and winter, for as long as there are orders.

const AHEAD_HOURS = 8;
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const ZONE = "+08:00";
const WHOLE_SECOND = ".000000";
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const LONG = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** As a DateTime of the schema; null stays null. */
export function shown(stored) {
  if (stored === null) return null;
  const hour = Number(stored.slice(11, 13)) + AHEAD_HOURS;
  const day = hour < 24 ? stored.slice(0, 10) : dayAfter(stored.slice(0, 10));
  return `${day}T${HOURS[hour % 24]}${stored.slice(13, 23)}${ZONE}`;
}

/** ISO 8601 in UTC, as cursors have it. */
export function inUtc(stored) {
  const whole = stored.slice(19, 26) === WHOLE_SECOND;
  return whole ? `${stored.slice(0, 19)}+00:00` : stored;
}

const daysAfter = remembering((day) => isoDay(Date.parse(`${day}T00:00:00Z`) + DAY_MS));
const dayAfter = (day) => daysAfter(day);

/** As the tables have it. */
export function toStored(milliseconds) {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000+00:00`;
}

export function fromStored(stored) {
  return Date.parse(stored);
}

/** The first moment after `days` further days in Shanghai, in milliseconds. */
export function endOfDay(milliseconds, days) {
  const local = Math.floor((milliseconds + AHEAD_HOURS * HOUR_MS) / DAY_MS);
  return (local + days + 1) * DAY_MS - AHEAD_HOURS * HOUR_MS;
}

/** The date in Shanghai, 2026-01-02. */
export function localDate(milliseconds) {
  return isoDay(milliseconds + AHEAD_HOURS * HOUR_MS);
}

/** The hour in Shanghai, 0 to 23. */
export function localHour(milliseconds) {
  return new Date(milliseconds + AHEAD_HOURS * HOUR_MS).getUTCHours();
}

/** 2 January 2026, from 2026-01-02. */
export function inWords(date) {
  return LONG.format(new Date(`${date}T00:00:00Z`));
}

function isoDay(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** The function with its answers kept; begun anew when there are too many. */
export function remembering(answer, most = 10_000) {
  const known = new Map();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      if (known.size >= most) known.clear();
      known.set(key, (found = answer(key)));
    }
    return found;
  };
}
