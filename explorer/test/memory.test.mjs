import assert from "node:assert/strict";
import { test } from "node:test";

import { Memory } from "../../bff/graphql/graphiql/web/memory.js";

const opened = (id) => ({
  data: { oneTapReturn: { return: { id, pickup: { id: `pickup of ${id}` } } } },
});

test("fills what is empty and leaves what a person typed", () => {
  const memory = new Memory({ orderLineId: "line" });
  const filled = memory.fill({ orderLineId: "", quantity: 2, note: "mine" });
  assert.deepEqual(filled, { orderLineId: "line", quantity: 2, note: "mine" });
});

test("makes one key for each name and keeps it", () => {
  const memory = new Memory({});
  const first = memory.fill({ idempotencyKey: "", cancelKey: "" });
  assert.match(first.idempotencyKey, /^[0-9a-f]{32}$/);
  assert.notEqual(first.idempotencyKey, first.cancelKey);
  assert.deepEqual(memory.fill({ idempotencyKey: "", cancelKey: "" }), first);
});

test("learns the return and its pickup", () => {
  const memory = new Memory({});
  memory.learn(opened("r1"));
  const filled = memory.fill({ returnId: "", after: null, pickupId: null });
  assert.deepEqual(filled, { returnId: "r1", after: null, pickupId: "pickup of r1" });
});

test("renews what it filled in before, and nothing else", () => {
  const memory = new Memory({});
  memory.learn(opened("r1"));
  memory.learn(opened("r2"));
  assert.equal(memory.fill({ returnId: "r1" }).returnId, "r2");
  assert.equal(memory.fill({ returnId: "r0" }).returnId, "r0");
});

test("keeps what it knows when an answer says nothing new", () => {
  const memory = new Memory({ returnId: "r1" });
  memory.learn({ data: { oneTapReturn: { code: "SLOT_FULL" } } });
  memory.learn({ errors: [{ message: "no" }] });
  assert.equal(memory.get("returnId"), "r1");
});

test("leaves text that is no JSON object alone", () => {
  const memory = new Memory({ returnId: "r1" });
  for (const text of ["", "[1]", "null", '{ "returnId": "" // why']) {
    assert.equal(memory.fillText(text), text);
  }
  assert.equal(memory.fillText('{"returnId":""}'), '{\n  "returnId": "r1"\n}');
});

test("tells its listeners until they leave", () => {
  const memory = new Memory({});
  let calls = 0;
  const leave = memory.subscribe(() => (calls += 1));
  memory.put("returnId", "r1");
  memory.put("returnId", "r1");
  leave();
  memory.put("returnId", "r2");
  assert.equal(calls, 1);
});
