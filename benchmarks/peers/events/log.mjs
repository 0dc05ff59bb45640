// The append-only log of what happened to returns.
import { shown, toStored } from "../domain/moments.mjs";
import { prepare } from "../rows/statements.mjs";
import { messageOf } from "./messages.mjs";

const STATES = `
  SELECT r.status, pickup.status, refund.advance
  FROM returns AS r
  JOIN refunds AS refund ON refund.return_id = r.id
  LEFT JOIN pickups AS pickup ON pickup.return_id = r.id
  WHERE r.id = ?
  ORDER BY pickup.status = 'CANCELLED', pickup.booked_at DESC, pickup.id DESC LIMIT 1`;
const KIND = "PICKUP_ACCEPTED";

/** As the schema's RefundUpdate. It is one object for all who follow, and reads its return once. */
class Event {
  constructor([id, topic, kind, at, facts], log) {
    const known = JSON.parse(facts);
    this.cursor = String(id);
    this.event = kind;
    this.at = shown(at);
    this.deadline = known.deadline ?? null;
    this.message = messageOf(kind, this.deadline);
    this.returnStatus = known.return_status;
    this.pickupStatus = known.pickup_status;
    this.advance = known.advance;
    this.topic = topic;
    this.log = log;
    this.known = null;
  }

  get return() {
    return (this.known ??= this.log.returnById(this.topic));
  }
}

export class Log {
  constructor(database, clock) {
    this.clock = clock;
    this.states = prepare(database, STATES);
    this.add = database.prepare("INSERT INTO events (topic, kind, at, facts) VALUES (?, ?, ?, ?)");
    this.newer = prepare(
      database,
      "SELECT id, topic, kind, at, facts FROM events WHERE topic = ? AND id > ? ORDER BY id",
    );
    this.cursor = prepare(database, "SELECT id FROM events WHERE topic = ? AND id = ?");
    this.found = database.prepare(
      "SELECT id, shopper_id, status, express, quantity FROM returns WHERE id = ?",
    );
  }

  /** Durable when it returns; null for no return. */
  append(returnId) {
    const states = this.states.get(returnId);
    if (!states) return null;
    const [returnStatus, pickupStatus, advance] = states;
    const at = toStored(this.clock());
    const facts = { return_status: returnStatus, pickup_status: pickupStatus, advance };
    const row = [returnId, KIND, at, JSON.stringify({ ...facts, deadline: null })];
    return new Event([this.add.run(row).lastInsertRowid, ...row], this);
  }

  after(topic, cursor) {
    return this.newer.all(topic, cursor).map((row) => new Event(row, this));
  }

  isCursor(topic, cursor) {
    return this.cursor.get(topic, cursor) !== undefined;
  }

  returnById(id) {
    const row = this.found.get(id);
    return row && { ...row, express: row.express === 1 };
  }
}
