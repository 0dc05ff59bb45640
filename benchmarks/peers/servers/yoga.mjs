import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createYoga } from "graphql-yoga";
import { contextFor, world } from "../context.mjs";
import { JoinedRows } from "../rows/joined_rows.mjs";
import { returnability, shared } from "../resolvers.mjs";
import { executable } from "../schema.mjs";

/** On Node's own server, documents parsed, validated and compiled once. */
export async function start(settings) {
  const here = world(settings, JoinedRows);
  const yoga = createYoga({
    schema: executable(shared, returnability),
    context: ({ req }) => contextFor(here, req.headers.authorization),
    plugins: [useGraphQlJit()],
    graphqlEndpoint: "/graphql",
    graphiql: false,
    landingPage: false,
    logging: false,
    batching: false,
    multipart: false,
    cors: false,
  });
  const server = createServer((req, res) => { const parts = []; req.on("data", (c) => parts.push(c)); req.on("end", () => { req.body = JSON.parse(Buffer.concat(parts)); yoga(req, res); }); });
  await new Promise((done) => server.listen(settings.port, settings.host, done));
}
