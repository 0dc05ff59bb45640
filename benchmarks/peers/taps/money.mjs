// What a return gives back and what its pickup costs.
import { Money } from "../domain/money.mjs";

/** `quantity` pieces of those that are left take their part of what is left, rounded down. */
export function refundFor(subject, quantity) {
  const left = Math.max(subject.paidMinor - subject.heldMinor, 0);
  return Math.floor((left * quantity) / subject.left);
}

/** Whether the platform pays ahead of the merchant. */
export function isAdvanced(subject, express, minor) {
  const { policy, level, currency } = subject;
  if (!express || !policy.grants("ADVANCE_REFUND", level)) return false;
  const limit = policy.limits[currency];
  return limit === undefined || policy.grants("ADVANCE_WITHOUT_LIMIT", level) || minor <= limit;
}

/** Null where door pickup is not offered: to this level, or in this currency. */
export function quotePickup({ policy, level, currency, freightInsured, merchantCovers }) {
  const fee = policy.pickup.fee_minor[currency];
  if (fee === undefined || !policy.grants("DOOR_PICKUP", level)) return null;
  const payer = payerOf(policy, level, freightInsured, merchantCovers);
  const cover = policy.pickup.cover_limit_minor[payer]?.[currency];
  const owed = payer === "SHOPPER" ? fee : Math.max(fee - (cover ?? fee), 0);
  return {
    payer,
    fee: new Money(fee, currency),
    cover: cover === undefined ? null : new Money(cover, currency),
    shopperPays: new Money(owed, currency),
  };
}

function payerOf(policy, level, freightInsured, merchantCovers) {
  if (merchantCovers) return "MERCHANT";
  if (freightInsured) return "INSURER";
  return policy.grants("FREE_PICKUP", level) ? "PLATFORM" : "SHOPPER";
}
