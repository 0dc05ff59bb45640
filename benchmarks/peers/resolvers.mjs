// What every peer resolves alike. What is not named here, the values' own properties answer.
import { GraphQLError } from "graphql";
import { checked, Page } from "./domain/pages.mjs";
import { Returnability } from "./domain/returnability.mjs";

const byTypename = { __resolveType: (value) => value.__typename };

export function unauthenticated() {
  const message = "Show a shopper's token: Authorization: Bearer TOKEN.";
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED" } });
}

export const shared = {
  Query: {
    viewer: (_root, _args, context) => {
      const found = context.shopperId && context.rows.viewer(context.shopperId);
      if (!found) throw unauthenticated();
      return found;
    },
  },
  Mutation: {
    oneTapReturn: (_root, { input }, context) => {
      if (!context.shopperId) throw unauthenticated();
      return context.world.taps.tap(context.shopperId, input);
    },
  },
  Shopper: {
    starLevel: (shopper) => shopper.stars,
    entitlements: (shopper, _args, context) => context.book.current.entitlements(shopper.stars.level),
    orders: (shopper, args, context) => {
      const after = checked(args);
      const found = context.rows.orders(shopper.id, args.first, after);
      for (const order of found) order.shopper = shopper;
      return new Page(found, args.first, after);
    },
  },
  UserError: byTypename,
  Node: byTypename,
  OneTapReturnResult: byTypename,
};

export const returnability = {
  OrderLine: {
    returnability: (line, { quantity }, context) => assess(line, quantity, context),
  },
};

export function assess(line, quantity, context) {
  const { level } = line.order.shopper.stars;
  return new Returnability(line, quantity, level, context.now, context.book.current);
}
