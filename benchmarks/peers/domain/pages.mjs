// Relay cursors: a moment and an id, newest first.
import { GraphQLError } from "graphql";
import { inUtc, toStored } from "./moments.mjs";

const MOST = 100;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/;

export class Page {
  /** `found` has one more than `first` where there is more; it is taken off. */
  constructor(found, first, after) {
    this.hasNextPage = found.length > first;
    if (this.hasNextPage) found.length = first;
    this.nodes = found;
    this.hasPreviousPage = after !== null;
  }

  get pageInfo() {
    return this;
  }

  get edges() {
    return this.nodes.map((node) => ({ node, cursor: cursorOf(node) }));
  }

  get startCursor() {
    return this.nodes.length ? cursorOf(this.nodes[0]) : null;
  }

  get endCursor() {
    return this.nodes.length ? cursorOf(this.nodes.at(-1)) : null;
  }
}

function cursorOf(order) {
  return Buffer.from(`${inUtc(order.paidOn)}|${order.id}`).toString("base64url");
}

/** The stored moment and the id behind which a page begins; null for the first page. */
export function checked({ first, after }) {
  if (first < 1 || first > MOST) throw badInput("first", "a whole number from 1 to 100");
  return after == null ? null : readCursor(after);
}

function readCursor(cursor) {
  const [moment, id] = Buffer.from(cursor, "base64url").toString().split("|");
  if (!MOMENT.test(moment) || !id) throw badInput("after", "a cursor that this list gave");
  const micros = moment.slice(19, -6);
  return [micros ? moment : toStored(Date.parse(moment)), id];
}

export function badInput(argument, expected) {
  const message = `${argument} is not right: ${expected} is expected.`;
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", argument } });
}
