// Whether a line can be returned, told as the home screen asks: no rule is looked at for nothing.
import { endOfDay, fromStored, inWords, localDate, remembering, shown, toStored } from "./moments.mjs";

const AT_ONCE = "Approved at once, with the address in the same answer.";

/** The window after receipt, by window_days and the hour of receipt: it ends with a day. */
const windowFor = remembering((key) => {
  const [days, hour] = key.split("|");
  const deadline = endOfDay(fromStored(`${hour}:00:00Z`), Number(days));
  const lastDay = localDate(deadline - 1);
  return { deadline, until: shown(toStored(deadline)), lastDay, inWords: inWords(lastDay) };
});

/** Null for what is not received yet. `deadline` in milliseconds. */
export function windowOf(receivedAt, policy) {
  if (receivedAt === null) return null;
  return windowFor(`${policy.returning.window_days}|${receivedAt.slice(0, 13)}`);
}

/** `line` has its order, which has its policy and merchant. */
export class Returnability {
  constructor(line, asked, level, now, current) {
    const { order } = line;
    const window = windowOf(order.receivedOn, order.policy);
    const left = line.quantity - line.held;
    this.until = window && window.until;
    this.against = firstAgainst(line, asked ?? left, left, window, now, current);
    this.returnable = this.against === null;
    this.express = this.returnable && isExpress(line, order, level);
    this.hours = order.policy.returning.merchant_answer_hours;
  }

  get message() {
    if (this.express) return AT_ONCE;
    return this.against ?? `The merchant has ${this.hours} hours to answer.`;
  }
}

function isExpress(line, order, level) {
  const { policy } = order;
  return (
    level >= policy.expressFrom &&
    policy.pilotCategories.has(line.categoryCode) &&
    policy.pilotMerchants.has(order.merchant.number)
  );
}

/** The reason of the first rule that stands against returning at all; null where none does. */
function firstAgainst(line, asked, left, window, now, current) {
  const { policy } = line.order;
  if (window === null) return "Not received yet: the days begin on the day after receipt.";
  if (policy.never.has(line.categoryCode)) {
    return `This category cannot be returned without a reason: ${current.categoryTitle(line.categoryCode)}.`;
  }
  if (line.waived) return "You confirmed at purchase that it cannot be returned.";
  if (now >= window.deadline) {
    return `The ${policy.returning.window_days} days ended with ${window.inWords}.`;
  }
  return asked > 0 && asked <= left ? null : `You chose ${asked}, but only ${left} can still be returned.`;
}
