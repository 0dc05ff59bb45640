import { GraphQLError } from "graphql";
import { badInput } from "../domain/pages.mjs";
import { shared } from "../resolvers.mjs";

const CURSOR = /^[0-9]{1,15}$/;

/** What was missed since `after`, then what happens; nothing in between is lost: all is synchronous. */
function follow({ returnId, after }, { shopperId, log, pubsub }) {
  if (log.returnById(returnId)?.shopper_id !== shopperId) {
    throw new GraphQLError("There is nothing of yours under this returnId.", {
      extensions: { code: "NOT_FOUND", argument: "returnId" },
    });
  }
  const missed = log.after(returnId, cursorOf(log, returnId, after));
  const follower = pubsub.follow(returnId);
  for (const event of missed) follower.push(event);
  return follower;
}

function cursorOf(log, topic, after) {
  if (after == null) return 0;
  const cursor = CURSOR.test(after) ? Number(after) : 0;
  if (log.isCursor(topic, cursor)) return cursor;
  throw badInput("after", "a cursor that this subscription gave");
}

export const following = {
  ...shared,
  Subscription: {
    refundUpdates: {
      subscribe: (_root, args, context) => follow(args, context),
      resolve: (event) => event,
    },
  },
};
