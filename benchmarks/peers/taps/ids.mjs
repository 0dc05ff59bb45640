import { randomBytes } from "node:crypto";

/** A prefix, the moment and randomness: new rows land side by side. */
export function newId(prefix, now) {
  const moment = now.toString(16).padStart(11, "0");
  return `${prefix}_${moment}${randomBytes(6).toString("hex")}`;
}
