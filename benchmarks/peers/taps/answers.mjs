// What is read after a tap, in one statement: the return as it is now.
import { parseLineId } from "../domain/orders.mjs";
import { Money } from "../domain/money.mjs";
import { shown } from "../domain/moments.mjs";
import { prepare } from "../rows/statements.mjs";
import { quotePickup } from "./money.mjs";

const ANSWER = `
  SELECT r.id, r.status, r.express, r.quantity, r.advance_at_waybill, r.star_level,
    r.order_line_id, refund.id, refund.advance, refund.amount_minor, refund.currency,
    place.recipient, place.phone, place.region, place.street, place.id,
    pickup.id, pickup.status, pickup.slot_kind, pickup.starts_at, pickup.ends_at
  FROM returns AS r
  JOIN refunds AS refund ON refund.return_id = r.id
  LEFT JOIN addresses AS place ON place.id = r.return_address_id
  LEFT JOIN pickups AS pickup ON pickup.return_id = r.id
  WHERE r.id = ?
  ORDER BY pickup.status = 'CANCELLED', pickup.booked_at DESC, pickup.id DESC LIMIT 1`;
const TERMS = `
  SELECT o.policy_version, o.currency, line.freight_insured, merchant.covers_pickup
  FROM orders AS o
  JOIN order_lines AS line ON line.order_id = o.id AND line.line_no = ?
  JOIN merchants AS merchant ON merchant.id = o.merchant_id
  WHERE o.id = ?`;
const LATER = {
  code: "AFTER_APPROVAL",
  message: "The pickup can be booked once the merchant has approved.",
};

export class Answers {
  constructor(database, book) {
    this.book = book;
    this.find = prepare(database, ANSWER);
    this.terms = prepare(database, TERMS);
  }

  success(returnId, pickupLater, replayed) {
    const row = this.find.get(returnId);
    const refund = refundOf(row.slice(7));
    return {
      __typename: "OneTapReturnSuccess",
      replayed,
      return: { ...returnOf(row), refund },
      refundQuote: { quantity: row[3], refund: refund.amount, advance: row[4] === 1 },
      pickupQuote: this.quote(row[6], row[5]),
      pickupNotBooked: pickupLater ? LATER : null,
    };
  }

  /** On the terms of the level that the return was opened on. */
  quote(lineId, level) {
    const [orderId, lineNo] = parseLineId(lineId);
    const [version, currency, insured, covers] = this.terms.get(lineNo, orderId);
    return quotePickup({
      ...{ policy: this.book.version(version), level, currency },
      freightInsured: insured === 1,
      merchantCovers: covers === 1,
    });
  }
}

function returnOf(row) {
  const [id, status, express, quantity] = row;
  const [recipient, phone, region, street, addressId] = row.slice(11);
  return {
    ...{ __typename: "Return", id, status, express: express === 1, quantity },
    returnAddress: addressId && { id: addressId, recipient, phone, region, street },
    pickup: pickupOf(row.slice(16)),
  };
}

function refundOf([id, advance, minor, currency]) {
  return { id, advance, amount: new Money(minor, currency) };
}

function pickupOf([id, status, kind, startsAt, endsAt]) {
  return id && { id, status, slot: { kind, startsAt: shown(startsAt), endsAt: shown(endsAt) } };
}
