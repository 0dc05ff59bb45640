import { Loaders, LoadingRows } from "../rows/loaders.mjs";
import { assess, shared } from "../resolvers.mjs";
import { executable } from "../schema.mjs";
import { serve } from "./mercurius.mjs";

// DataLoader rather than Mercurius' own loaders: those make a text of each parent for a key.
const loaded = {
  Order: {
    merchant: (order, _args, context) => loadersOf(context).merchant.load(order.merchantId),
    lines: (order, _args, context) => loadersOf(context).lines.load(order),
  },
  OrderLine: {
    async returnability(line, { quantity }, context) {
      line.order.merchant = await loadersOf(context).merchant.load(line.order.merchantId);
      return assess(line, quantity, context);
    },
  },
};

function loadersOf(context) {
  return (context.loaders ??= new Loaders(context.rows));
}

export const start = (settings) => serve(settings, LoadingRows, executable(shared, loaded));
