import { Loaders, LoadingRows } from "../rows/loading.mjs";
import { assess, shared } from "../resolving.mjs";
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
      const loaders = loadersOf(context);
      const merchant = loaders.merchant.load(line.order.merchantId);
      line.held = await loaders.held.load(line.id);
      line.order.merchant = await merchant;
      return assess(line, quantity, context);
    },
  },
};

function loadersOf(context) {
  return (context.loaders ??= new Loaders(context.rows));
}

export const start = (settings) => serve(settings, LoadingRows, executable(shared, loaded));
