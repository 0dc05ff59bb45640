// Every rule, passed or failed, as it is kept with the return that it decided.
import { windowOf } from "../domain/returnability.mjs";
import { fromStored, inUtc, inWords, localDate, toStored } from "../domain/moments.mjs";
import { Refusal } from "./refusals.mjs";

/** `subject` as taps/subject.mjs reads it. */
export function checks(subject, asked, now) {
  const { policy } = subject;
  return [
    ...rightToReturn(subject, asked, now),
    forExpress("STAR_LEVEL", subject.level >= policy.expressFrom, {
      level: subject.level,
      needed: policy.expressFrom,
    }),
    forExpress("PILOT_CATEGORY", policy.pilotCategories.has(subject.category), {
      category: subject.category,
    }),
    forExpress("PILOT_MERCHANT", policy.pilotMerchants.has(subject.merchantNumber), {
      merchant: subject.merchantName,
    }),
  ];
}

function rightToReturn(subject, asked, now) {
  const { policy, receivedAt, category, left } = subject;
  const window = windowOf(receivedAt, policy);
  const on = receivedAt && localDate(fromStored(receivedAt));
  const days = policy.returning.window_days;
  return [
    toReturn("RECEIVED", window !== null, "PURCHASE", { on }),
    toReturn("CATEGORY_RETURNABLE", !policy.never.has(category), "CONSUMER_LAW_25", { category }),
    toReturn("RETURN_RIGHT_KEPT", !subject.waived, "CONSUMER_LAW_25", {}),
    toReturn(
      "WITHIN_SEVEN_DAYS",
      window === null || now < window.deadline,
      "SEVEN_DAY_MEASURES",
      { days, on: window && window.lastDay },
      window && inUtc(toStored(window.deadline)),
    ),
    toReturn("QUANTITY_LEFT", asked > 0 && asked <= left, "PURCHASE", { asked, left }),
  ];
}

function toReturn(code, passed, basis, facts, deadline = null) {
  return { code, passed, scope: "RETURN", basis, deadline, facts };
}

function forExpress(code, passed, facts) {
  return { code, passed, scope: "EXPRESS", basis: "EXPRESS_RETURN", deadline: null, facts };
}

/** Of the first rule that stands against returning at all; null where none does. */
export function refusalOf(found, current) {
  const failed = found.find((check) => !check.passed && check.scope === "RETURN");
  return failed ? REFUSALS[failed.code](failed.facts, current) : null;
}

const REFUSALS = {
  RECEIVED: () =>
    new Refusal("NotReceived", "The goods are not received yet: the 7 days begin on the day after receipt."),
  CATEGORY_RETURNABLE: ({ category }, current) =>
    new Refusal(
      "CategoryNotReturnable",
      `This category cannot be returned without a reason: ${current.categoryTitle(category)}.`,
      { category },
    ),
  RETURN_RIGHT_KEPT: () =>
    new Refusal("ReturnRightWaived", "You confirmed at purchase that it cannot be returned."),
  WITHIN_SEVEN_DAYS: ({ on }) =>
    new Refusal("ReturnWindowClosed", `The return window closed on ${inWords(on)}.`, {
      closedOn: on,
    }),
  QUANTITY_LEFT: ({ asked, left }) =>
    new Refusal("QuantityNotLeft", `You chose ${asked}, but only ${left} can still be returned.`, { asked, left }),
};
