import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { lookUp } from "../../bff/graphql/graphiql/web/lookup.js";

const { fetch, console } = globalThis;
const line = (id, express, advance = false) => ({
  id,
  returnability: { express, refundQuote: { advance } },
});

afterEach(() => Object.assign(globalThis, { fetch, console }));

function serve(viewer) {
  const asked = [];
  globalThis.fetch = async (url, options) => {
    asked.push({ url, ...options });
    return { json: async () => ({ data: { viewer } }) };
  };
  return asked;
}

test("finds the first line that goes back in one tap, and the first address", async () => {
  const asked = serve({
    addresses: [{ id: "a1" }, { id: "a2" }],
    orders: { nodes: [{ lines: [line("l1", false)] }, { lines: [line("l2", true)] }] },
  });
  const found = await lookUp({ endpoint: "/graphql", token: "t", lookup: "query L { a }" });
  assert.deepEqual(found, { orderLineId: "l2", orderId: undefined, addressId: "a1" });
  assert.equal(asked[0].headers.Authorization, "Bearer t");
  assert.deepEqual(JSON.parse(asked[0].body), { query: "query L { a }" });
});

test("finds the first order that can be refunded before it is shipped", async () => {
  const order = (id, refundable) => ({ id, refundability: { refundable }, lines: [] });
  serve({ addresses: [], orders: { nodes: [order("o1", false), order("o2", true)] } });
  const found = await lookUp({ endpoint: "/graphql", token: "t", lookup: "" });
  assert.equal(found.orderId, "o2");
});

test("rather takes a line whose money is advanced", async () => {
  const lines = [line("l1", true), line("l2", false, true), line("l3", true, true)];
  serve({ addresses: [], orders: { nodes: [{ lines }] } });
  const found = await lookUp({ endpoint: "/graphql", token: "t", lookup: "" });
  assert.deepEqual(found, { orderLineId: "l3", orderId: undefined, addressId: undefined });
});

test("says what failed, and knows nothing then", async () => {
  const said = [];
  globalThis.console = { ...console, warn: (...words) => said.push(words) };
  globalThis.fetch = async () => ({ json: async () => ({ errors: [] }) });
  assert.deepEqual(await lookUp({ endpoint: "/graphql", token: "t", lookup: "" }), {});
  assert.equal(said.length, 1);
});
