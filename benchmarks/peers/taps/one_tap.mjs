// One tap: a return, approved at once where express return applies, and its pickup.
import { parseLineId } from "../domain/orders.mjs";
import { toStored } from "../domain/moments.mjs";
import { Answers } from "./answers.mjs";
import { Booking, checkedAddress } from "./bookings.mjs";
import { newId } from "./ids.mjs";
import { isAdvanced, quotePickup, refundFor } from "./money.mjs";
import { Idempotency } from "./idempotency.mjs";
import { invalidInput, Refusal } from "./refusals.mjs";
import { checks, refusalOf } from "./rules.mjs";
import { Subjects } from "./subject.mjs";
import { statusOf, Writing } from "./store.mjs";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NAME = "oneTapReturn";

export class Taps {
  constructor(database, book, clock) {
    this.book = book;
    this.clock = clock;
    this.writing = new Writing(database);
    this.booking = new Booking(database, this.writing);
    this.subjects = new Subjects(database, book);
    this.idempotency = new Idempotency(database);
    this.answers = new Answers(database, book);
    this.transaction = database.transaction((shopper, input) => this.once(shopper, input));
  }

  /** The success or the refusal; a commit a tap. */
  tap(shopper, input) {
    try {
      const [answer, replayed] = this.transaction.immediate(shopper, input);
      return this.answers.success(answer.return_id, answer.pickup_later, replayed);
    } catch (error) {
      if (error instanceof Refusal) return error.seen;
      throw error;
    }
  }

  once(shopper, input) {
    const now = this.clock();
    const asked = [NAME, digested(input)];
    const effect = () => this.open(shopper, input, now);
    return this.idempotency.once(shopper, input.idempotencyKey, asked, now, effect);
  }

  open(shopper, input, now) {
    const wish = input.pickup && { ...input.pickup, checked: checkedAddress(input.pickup) };
    const subject = this.subjects.of(shopper, input.orderLineId);
    const terms = termsOf(subject, input.quantity ?? null, now, this.book.current);
    const quote = wish ? offered(subject) : null;
    const returnId = this.addReturn(subject, terms, now);
    const slot = terms.express && wish && this.booking.book(subject, returnId, wish, quote, now);
    if (!terms.express) this.writing.post("return.approval_requested", returnId, toStored(now));
    this.writing.announce(returnId, toStored(now), terms.express, slot);
    this.writing.setTimers(returnId, deadlines(subject.policy, terms.express, slot, now));
    return { return_id: returnId, pickup_later: Boolean(wish) && !terms.express };
  }

  addReturn(subject, { quantity, express, minor, advance, found }, now) {
    const [id, at] = [newId("ret", now), toStored(now)];
    const { shopper, lineId, merchantId, policy, level, returnAddressId } = subject;
    const address = () => returnAddressId ?? this.writing.fallbackAddress(policy);
    this.writing.addReturn.run({
      ...{ id, shopper, lineId, merchantId, level, quantity },
      ...{ status: statusOf(express), express: Number(express), advance: Number(advance) },
      ...{ version: policy.version, checks: JSON.stringify(found), openedAt: at },
      ...{ addressId: express ? address() : null, approvedAt: express ? at : null },
    });
    this.writing.addRefund.run(newId("ref", now), id, minor, subject.currency);
    this.writing.hold.run(quantity, minor, ...parseLineId(lineId));
    return id;
  }
}

/** The input without its key, as the same key must come with it again. */
function digested({ orderLineId, pickup, quantity }) {
  const wish = pickup && {
    address: pickup.address ? addressed(pickup.address) : null,
    address_id: pickup.addressId ?? null,
    slot_id: pickup.slotId ?? null,
  };
  return { order_line_id: orderLineId, pickup: wish ?? null, quantity: quantity ?? null };
}

function addressed({ phone, recipient, region, street }) {
  return { phone, recipient, region, street };
}

/** Throws Refusal where it cannot be returned. */
function termsOf(subject, asked, now, current) {
  if (asked !== null && asked < 1) {
    throw invalidInput("quantity", `a whole number from 1 to ${Math.max(subject.left, 1)}`);
  }
  const quantity = asked ?? subject.left;
  const found = checks(subject, quantity, now);
  const refusal = refusalOf(found, current);
  if (refusal) throw refusal;
  const express = found.every((check) => check.passed);
  const minor = refundFor(subject, quantity);
  return { quantity, express, minor, found, advance: isAdvanced(subject, express, minor) };
}

function offered(subject) {
  const quote = quotePickup(subject);
  if (quote) return quote;
  const levelNeeded = subject.policy.unlockedAt("DOOR_PICKUP");
  const message = `Door pickup is not offered: ${subject.level} stars, from ${levelNeeded}.`;
  throw new Refusal("PickupNotOffered", message, { level: subject.level, levelNeeded });
}

/** What is to happen by when, the nearest first. */
function deadlines({ returning, pickup }, express, slot, now) {
  const after = (milliseconds) => toStored(now + milliseconds);
  if (!express) return [["MERCHANT_ANSWER", after(returning.merchant_answer_hours * HOUR_MS)]];
  const due = [["SHIP_BACK", after(returning.ship_back_days * 24 * HOUR_MS)]];
  if (slot) {
    due.push(["COURIER_ANSWER", after(pickup.answer_within_minutes * MINUTE_MS)]);
    due.push(["COURIER_ARRIVAL", toStored(slot.endsAt)]);
  }
  return due.sort(([, one], [, other]) => (one < other ? -1 : Number(one > other)));
}
