// One effect a key: the same key and input give the first answer again.
import { createHash } from "node:crypto";
import { toStored } from "../domain/moments.mjs";
import { invalidInput, isText, Refusal } from "./refusals.mjs";

const KEY_LENGTH = 128;

export class Idempotency {
  constructor(database) {
    this.find = database
      .prepare("SELECT request_digest, answer FROM idempotency WHERE shopper_id = ? AND key = ?")
      .raw();
    this.add = database.prepare("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)");
  }

  /** The answer, and whether it is a replay. Throws Refusal, which is not kept. */
  once(shopperId, key, input, now, effect) {
    if (!isText(key, KEY_LENGTH)) {
      throw invalidInput("idempotencyKey", `1 to ${KEY_LENGTH} printable characters`);
    }
    const digest = createHash("sha256").update(JSON.stringify(input)).digest("hex");
    const found = this.find.get(shopperId, key);
    if (found) return [recalled(found, digest, key), true];
    const answer = effect();
    this.add.run(shopperId, key, digest, JSON.stringify(answer), toStored(now));
    return [answer, false];
  }
}

function recalled([known, answer], digest, idempotencyKey) {
  if (known === digest) return JSON.parse(answer);
  const message = "This request was sent before with other content: please start again.";
  throw new Refusal("IdempotencyConflict", message, { idempotencyKey });
}
