import assert from "node:assert/strict";
import { test } from "node:test";

import { HistoryStore, StorageAPI } from "@graphiql/toolkit";

import { layoutStorage } from "../../bff/graphql/graphiql/web/storage.js";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaHBfMSJ9.c2lnbmF0dXJlXy0";
const HEADERS = JSON.stringify({ Authorization: `Bearer ${TOKEN}` }, null, 2);
const FOREIGN = JSON.stringify({ authorization: "bearer somebody-else's.token" });

function browser() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

function visit(backing, token = TOKEN) {
  const storage = new StorageAPI(layoutStorage("test", token, backing));
  return { storage, history: new HistoryStore(storage, 20) };
}

function* orders(items) {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of orders(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

const run = (query, headers) => ({ query, variables: "{}", headers, operationName: "Me" });
const WRITES = [
  ({ history }) => history.updateHistory(run("{ a }", HEADERS)),
  ({ history }) => history.updateHistory(run("{ b }", undefined)),
  ({ history }) => history.updateHistory(run("{ c }", FOREIGN)),
  ({ history }) => history.toggleFavorite(run("{ a }", HEADERS)),
  ({ storage }) => {
    storage.set("headers", HEADERS);
    storage.set("tabState", JSON.stringify({ tabs: [{ headers: HEADERS }] }));
  },
  ({ storage }) => storage.set("variables", JSON.stringify({ note: `my ${TOKEN}` })),
  ({ storage }) => storage.set("a key of tomorrow", `${HEADERS} ${TOKEN}`),
];

test("keeps no credential, whatever is written first", () => {
  let count = 0;
  for (const order of orders(WRITES)) {
    const backing = browser();
    const page = visit(backing);
    for (const write of order) {
      write(page);
      const stored = JSON.stringify([...backing.kept]);
      assert.doesNotMatch(stored, /bearer|eyJ|somebody/i);
    }
    assert.ok(backing.kept.size > 1);
    count += 1;
  }
  assert.equal(count, 5_040);
});

test("gives a run of an earlier visit the token of this one", () => {
  const backing = browser();
  visit(backing).history.updateHistory(run("{ a }", HEADERS));
  const [item] = visit(backing, "a.new.token").history.queries;
  assert.deepEqual(JSON.parse(item.headers), { Authorization: "Bearer a.new.token" });
  assert.equal(item.query, "{ a }");
});

test("gives back what holds no credential as it was", () => {
  const backing = browser();
  visit(backing).storage.set("theme", "dark (credential)");
  assert.equal(visit(backing).storage.get("theme"), "dark (credential)");
  assert.equal(visit(backing).storage.get("unknown"), null);
});

test("drops a token that was stored before credentials were hidden", () => {
  const backing = browser();
  const item = run("{ old }", JSON.stringify({ Authorization: "Bearer an.old.token" }));
  backing.setItem("test:graphiql:queries", JSON.stringify({ queries: [item] }));
  const { history } = visit(backing);
  assert.deepEqual(JSON.parse(history.queries[0].headers), { Authorization: "" });
  history.updateHistory(run("{ a }", HEADERS));
  assert.doesNotMatch(JSON.stringify([...backing.kept]), /an\.old\.token/);
});

test("works where the browser denies storage", () => {
  const { storage, history } = visit(null);
  history.updateHistory(run("{ a }", HEADERS));
  assert.equal(storage.get("theme"), null);
});
