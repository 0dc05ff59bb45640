// The rows of a new return. Nothing of it is there before, so each is written as it ends up.

const NOT_APPROVED = "AWAITING_MERCHANT_APPROVAL";
const APPROVED = "AWAITING_RETURN_SHIPMENT";

const RETURN = `
  INSERT INTO returns (id, shopper_id, order_line_id, merchant_id, kind, status, express,
    advance_at_waybill, quantity, policy_version, star_level, return_address_id, opened_at,
    approved_at, checks, refusal_photos)
  VALUES (:id, :shopper, :lineId, :merchantId, 'RETURN_AND_REFUND', :status, :express, :advance,
    :quantity, :version, :level, :addressId, :openedAt, :approvedAt, :checks, '[]')`;
const REFUND = `
  INSERT INTO refunds (id, return_id, amount_minor, currency, advance)
  VALUES (?, ?, ?, ?, 'NONE')`;
const HOLD = `
  UPDATE order_lines SET held_quantity = held_quantity + ?, held_minor = held_minor + ?
  WHERE order_id = ? AND line_no = ?`;
const PICKUP = `
  INSERT INTO pickups (id, return_id, address_id, status, courier_company, area, slot_key,
    slot_kind, starts_at, ends_at, fee_minor, shopper_pays_minor, currency, payer, fee_status,
    booked_at, requested_at, fee_paying)
  VALUES (:id, :returnId, :addressId, 'AWAITING_COURIER', :company, :area, :key, :kind, :startsAt,
    :endsAt, :fee, :owed, :currency, :payer, :feeStatus, :at, :at, 0)`;
const OUTBOX = `
  INSERT INTO outbox (message, subject_id, posted_at, due_at, attempts) VALUES (?, ?, ?, ?, 0)`;
const FALLBACK = `
  INSERT INTO addresses VALUES (?, 'platform', ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

export class Writing {
  constructor(database) {
    const many = (head, values) =>
      [1, 2, 3].map((count) => database.prepare(head + Array(count).fill(values).join()));
    this.addReturn = database.prepare(RETURN);
    this.addRefund = database.prepare(REFUND);
    this.hold = database.prepare(HOLD);
    this.addPickup = database.prepare(PICKUP);
    this.addLetter = database.prepare(OUTBOX);
    this.addFallback = database.prepare(FALLBACK);
    this.addEvents = many("INSERT INTO events (topic, kind, at, facts) VALUES ", "(?, ?, ?, ?)");
    this.addTimers = many("INSERT INTO timers (kind, subject_id, due_at) VALUES ", "(?, ?, ?)");
  }

  post(message, subjectId, at) {
    this.addLetter.run(message, subjectId, at, at);
  }

  /** What happened, in order: opened, then approved, then booked. */
  announce(returnId, at, express, booked) {
    const rows = [event("RETURN_OPENED", NOT_APPROVED, null)];
    if (express) rows.push(event("RETURN_APPROVED", APPROVED, null));
    if (booked) rows.push(event("PICKUP_BOOKED", APPROVED, "AWAITING_COURIER"));
    const values = rows.flatMap(([kind, facts]) => [returnId, kind, at, facts]);
    this.addEvents[rows.length - 1].run(values);
  }

  /** `due` as [kind, moment], the nearest first. */
  setTimers(returnId, due) {
    const values = due.flatMap(([kind, at]) => [kind, returnId, at]);
    this.addTimers[due.length - 1].run(values);
  }

  /** Where goods go when the merchant has filed no address. */
  fallbackAddress(policy) {
    const id = `adr_returns-${policy.version}`;
    const { recipient, phone, region, street } = policy.returning.fallback_address;
    this.addFallback.run(id, recipient, phone, region, street);
    return id;
  }
}

function event(kind, returnStatus, pickupStatus) {
  const facts = { return_status: returnStatus, pickup_status: pickupStatus, advance: "NONE" };
  return [kind, JSON.stringify({ ...facts, deadline: null })];
}

export function statusOf(express) {
  return express ? APPROVED : NOT_APPROVED;
}
