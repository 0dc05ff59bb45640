// All that a tap has to know of a line, in one statement.
import { parseLineId } from "../domain/orders.mjs";
import { prepare } from "../rows/statements.mjs";
import { notFound } from "./refusals.mjs";

const SUBJECT = `
  SELECT o.currency, o.policy_version, o.received_at, line.category, line.quantity,
    line.paid_minor, line.freight_insured, line.no_return_confirmed, merchant.id, merchant.number,
    merchant.name, merchant.covers_pickup, merchant.return_address_id, line.held_quantity,
    line.held_minor,
    (SELECT level FROM star_changes WHERE shopper_id = :shopper ORDER BY seq DESC LIMIT 1)
  FROM orders AS o
  JOIN order_lines AS line ON line.order_id = o.id AND line.line_no = :lineNo
  JOIN merchants AS merchant ON merchant.id = o.merchant_id
  WHERE o.id = :orderId AND o.shopper_id = :shopper`;

export class Subjects {
  constructor(database, book) {
    this.book = book;
    this.find = prepare(database, SUBJECT);
  }

  /** Throws Refusal for what is not the shopper's. */
  of(shopper, lineId) {
    const parsed = parseLineId(lineId);
    const [orderId, lineNo] = parsed ?? [];
    const row = parsed && this.find.get({ shopper, orderId, lineNo });
    if (!row) throw notFound("orderLineId");
    return subjectOf(shopper, lineId, row, this.book.version(row[1]));
  }
}

function subjectOf(shopper, lineId, row, policy) {
  const [currency, , receivedAt, category, quantity, paidMinor, insured, waived] = row;
  const [merchantId, merchantNumber, merchantName, covers, returnAddressId, held] = row.slice(8);
  return {
    ...{ shopper, lineId, policy, currency, receivedAt, category, paidMinor },
    ...{ merchantId, merchantNumber, merchantName, returnAddressId },
    freightInsured: insured === 1,
    merchantCovers: covers === 1,
    waived: waived === 1,
    left: quantity - held,
    heldMinor: row[14],
    level: row[15] ?? 1,
  };
}
