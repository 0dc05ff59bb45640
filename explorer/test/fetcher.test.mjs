import assert from "node:assert/strict";
import { test } from "node:test";

import { parse } from "graphql";

import { journeyFetcher } from "../../bff/graphql/graphiql/web/fetcher.js";
import { Memory } from "../../bff/graphql/graphiql/web/memory.js";
import { Pushes } from "../../bff/graphql/graphiql/web/pushes.js";

function harness(result) {
  const requests = [];
  const fetcher = async (params, options) => {
    requests.push({ params, options });
    return result;
  };
  const memory = new Memory({});
  const pushes = new Pushes();
  return { requests, memory, pushes, run: journeyFetcher({ fetcher, parse, memory, pushes }) };
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
  const { run, requests } = harness({ data: {} });
  await run({ query: QUERY, operationName: "OneTap" }, { documentAST: parse(WATCH) });
  assert.equal(requests[0].params.operationName, "Me");
  assert.equal(requests[0].options.documentAST.definitions[0].operation, "query");
});

test("keeps the name that was chosen among several operations", async () => {
  const { run, requests } = harness({ data: {} });
  const query = `${QUERY} query Other { viewer { id } }`;
  await run({ query, operationName: "Other" });
  assert.equal(requests[0].params.operationName, "Other");
});

test("sends a broken query, for the server to say what is wrong", async () => {
  const { run, requests } = harness({ errors: [] });
  await run({ query: "query {" });
  assert.equal(requests[0].params.query, "query {");
});

test("learns from a mutation and not from a query", async () => {
  const result = { data: { any: { return: { id: "r1" } } } };
  const { run, memory } = harness(result);
  await run({ query: QUERY });
  assert.equal(memory.get("returnId"), undefined);
  await run({ query: "mutation Tap { any { return { id } } }" });
  assert.equal(memory.get("returnId"), "r1");
});

test("logs each push of a subscription, and starts anew with each run", async () => {
  async function* source() {
    yield { data: { refundUpdates: { event: "PICKUP_ACCEPTED", message: "On the way." } } };
    yield { errors: [{ message: "gone" }] };
  }
  const { run, pushes } = harness(source());
  for await (const payload of await run({ query: WATCH, operationName: "Watch" })) {
    assert.ok(payload);
  }
  const labels = pushes.state().events.map(({ label }) => label);
  assert.deepEqual(labels, ["PICKUP_ACCEPTED · On the way.", '[{"message":"gone"}]']);
  await run({ query: WATCH, operationName: "Watch" });
  assert.deepEqual(pushes.state(), { operation: "Watch", events: [] });
});

test("stops at once while a subscription waits for its next event", async () => {
  const source = endless();
  const { run } = harness(source);
  const iterable = await run({ query: WATCH });
  iterable.next();
  await iterable.return();
  assert.ok(source.left());
});
