import assert from "node:assert/strict";
import { test } from "node:test";

import { parse } from "graphql";

import { journeyFetcher } from "../../bff/graphql/graphiql/web/fetcher.js";
import { Memory } from "../../bff/graphql/graphiql/web/memory.js";
import { Pushes } from "../../bff/graphql/graphiql/web/pushes.js";

function harness(answer) {
  const asked = [];
  const fetcher = async (params, options) => {
    asked.push({ params, options });
    return answer;
  };
  const memory = new Memory({});
  const pushes = new Pushes();
  return { asked, memory, pushes, ask: journeyFetcher({ fetcher, parse, memory, pushes }) };
}

function endless() {
  let left = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => new Promise(() => {}),
    return: async () => ({ done: (left = true) }),
    left: () => left,
  };
}

const QUERY = "query Me { viewer { id } }";
const WATCH = "subscription Watch($returnId: ID!) { refundUpdates(returnId: $returnId) { event } }";

test("corrects the operation name of the tab before", async () => {
  const { ask, asked } = harness({ data: {} });
  await ask({ query: QUERY, operationName: "OneTap" }, { documentAST: parse(WATCH) });
  assert.equal(asked[0].params.operationName, "Me");
  assert.equal(asked[0].options.documentAST.definitions[0].operation, "query");
});

test("keeps the name that was chosen among several operations", async () => {
  const { ask, asked } = harness({ data: {} });
  const query = `${QUERY} query Other { viewer { id } }`;
  await ask({ query, operationName: "Other" });
  assert.equal(asked[0].params.operationName, "Other");
});

test("sends a broken query, for the server to say what is wrong", async () => {
  const { ask, asked } = harness({ errors: [] });
  await ask({ query: "query {" });
  assert.equal(asked[0].params.query, "query {");
});

test("learns from a mutation and not from a query", async () => {
  const answer = { data: { any: { return: { id: "r1" } } } };
  const { ask, memory } = harness(answer);
  await ask({ query: QUERY });
  assert.equal(memory.get("returnId"), undefined);
  await ask({ query: "mutation Tap { any { return { id } } }" });
  assert.equal(memory.get("returnId"), "r1");
});

test("logs each push of a subscription, and starts anew with each run", async () => {
  async function* source() {
    yield { data: { refundUpdates: { event: "PICKUP_ACCEPTED", message: "On the way." } } };
    yield { errors: [{ message: "gone" }] };
  }
  const { ask, pushes } = harness(source());
  for await (const payload of await ask({ query: WATCH, operationName: "Watch" })) {
    assert.ok(payload);
  }
  const labels = pushes.state().events.map(({ label }) => label);
  assert.deepEqual(labels, ["PICKUP_ACCEPTED · On the way.", '[{"message":"gone"}]']);
  await ask({ query: WATCH, operationName: "Watch" });
  assert.deepEqual(pushes.state(), { operation: "Watch", events: [] });
});

test("stops at once while a subscription waits for its next event", async () => {
  const source = endless();
  const { ask } = harness(source);
  const iterable = await ask({ query: WATCH });
  iterable.next();
  await iterable.return();
  assert.ok(source.left());
});
