// When a courier can come: as soon as possible, or in a window.
import { DAY_MS, endOfDay, localDate, localHour } from "../domain/moments.mjs";
import { Refusal } from "./refusals.mjs";

const HOUR_MS = 3_600_000;
const WINDOW = /^(\d{4})(\d\d)(\d\d)T(\d\d)$/;

/** The slot that a key asks for, null for as soon as possible. Throws Refusal. */
export function slotFor(key, now, pickup) {
  const today = localDate(now).replaceAll("-", "");
  const soon = key === null || new RegExp(`^asap-${today}T[0-9]{2}$`).test(key);
  const slot = soon ? soonest(today, now, pickup) : windowOf(key, pickup);
  if (slot && !soon && slot.startsAt <= now) {
    throw new Refusal("SlotPast", "This time has begun already.");
  }
  if (slot === null || (!soon && slot.startsAt >= lastMoment(now, pickup))) {
    const { opens_hour: opensHour, closes_hour: closesHour } = pickup;
    const message = `Couriers are called from ${opensHour}:00 to ${closesHour}:00.`;
    throw new Refusal("SlotNotOffered", message, { opensHour, closesHour });
  }
  return slot;
}

function soonest(today, now, pickup) {
  const hour = localHour(now);
  if (hour < pickup.opens_hour || hour >= pickup.closes_hour) return null;
  const key = `asap-${today}T${String(hour).padStart(2, "0")}`;
  const endsAt = now + pickup.within_hours * HOUR_MS;
  return { key, kind: "AS_SOON_AS_POSSIBLE", startsAt: now, endsAt };
}

function windowOf(key, pickup) {
  const found = WINDOW.exec(key);
  if (!found || !pickup.window_starts.includes(Number(found[4]))) return null;
  const [, year, month, day, hour] = found;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00+08:00`);
  if (Number.isNaN(midnight) || localDate(midnight) !== `${year}-${month}-${day}`) return null;
  const startsAt = midnight + Number(hour) * HOUR_MS;
  return { key, kind: "WINDOW", startsAt, endsAt: startsAt + pickup.window_hours * HOUR_MS };
}

function lastMoment(now, pickup) {
  return endOfDay(now, 0) + pickup.book_ahead_days * DAY_MS;
}
