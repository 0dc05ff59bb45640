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
  const requests = [];
  globalThis.fetch = async (url, options) => {
    requests.push({ url, ...options });
    return { json: async () => ({ data: { viewer } }) };
  };
  return requests;
}

test("finds the first line that goes back in one tap, and the first address", async () => {
  const requests = serve({
    addresses: [{ id: "a1" }, { id: "a2" }],
    orders: { nodes: [{ lines: [line("l1", false)] }, { lines: [line("l2", true)] }] },
  });
  const variables = await lookUp({ endpoint: "/graphql", token: "t", lookup: "query L { a }" });
  assert.deepEqual(variables, { orderLineId: "l2", orderId: undefined, addressId: "a1" });
  assert.equal(requests[0].headers.Authorization, "Bearer t");
  assert.deepEqual(JSON.parse(requests[0].body), { query: "query L { a }" });
});

test("finds the first order that can be refunded before it is shipped", async () => {
  const order = (id, refundable) => ({ id, refundability: { refundable }, lines: [] });
  serve({ addresses: [], orders: { nodes: [order("o1", false), order("o2", true)] } });
  const variables = await lookUp({ endpoint: "/graphql", token: "t", lookup: "" });
  assert.equal(variables.orderId, "o2");
});

test("rather takes a line whose money is advanced", async () => {
  const lines = [line("l1", true), line("l2", false, true), line("l3", true, true)];
  serve({ addresses: [], orders: { nodes: [{ lines }] } });
  const variables = await lookUp({ endpoint: "/graphql", token: "t", lookup: "" });
  assert.deepEqual(variables, { orderLineId: "l3", orderId: undefined, addressId: undefined });
});

test("says what failed, and knows nothing then", async () => {
  const warnings = [];
  globalThis.console = { ...console, warn: (...words) => warnings.push(words) };
  globalThis.fetch = async () => ({ json: async () => ({ errors: [] }) });
  assert.deepEqual(await lookUp({ endpoint: "/graphql", token: "t", lookup: "" }), {});
  assert.equal(warnings.length, 1);
});
