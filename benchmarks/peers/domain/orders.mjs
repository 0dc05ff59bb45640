// What was bought, in the schema's own shapes: what is derived is derived when it is asked for.
import { Money } from "./money.mjs";
import { shown } from "./moments.mjs";

const ORDER_PREFIX = "ord_".length;

export class Order {
  /** `row`: id, number, paid_at, shipped_at, received_at, merchant_id, currency. */
  constructor(row, policy) {
    [this.id, this.number, this.paidOn, this.shippedOn, this.receivedOn] = row;
    this.merchantId = row[5];
    this.currency = row[6];
    this.policy = policy;
    this.merchant = null;
    this.lines = null;
  }

  get status() {
    if (this.receivedOn !== null) return "RECEIVED";
    return this.shippedOn === null ? "PAID" : "SHIPPED";
  }

  get paidAt() {
    return shown(this.paidOn);
  }

  get shippedAt() {
    return shown(this.shippedOn);
  }

  get receivedAt() {
    return shown(this.receivedOn);
  }
}

export class Merchant {
  constructor(id, number, name) {
    this.id = id;
    this.number = number;
    this.name = name;
  }
}

export class OrderLine {
  /** `row`: order_id, line_no, title, category, quantity, paid_minor, no_return_confirmed, held_quantity. */
  constructor(row, order) {
    this.lineNo = row[1];
    this.title = row[2];
    this.categoryCode = row[3];
    this.quantity = row[4];
    this.paidMinor = row[5];
    this.waived = row[6] === 1;
    this.held = row[7];
    this.order = order;
  }

  get id() {
    return `oli_${this.order.id.slice(ORDER_PREFIX)}-${this.lineNo}`;
  }

  get paid() {
    return new Money(this.paidMinor, this.order.currency);
  }
}

/** The order's id and the line's number; null for what is no line's id. */
export function parseLineId(id) {
  const found = /^oli_(.+)-([0-9]{1,9})$/s.exec(id);
  return found && [`ord_${found[1]}`, Number(found[2])];
}
