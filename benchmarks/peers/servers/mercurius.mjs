import Fastify from "fastify";
import mercurius from "mercurius";
import { contextFor, world } from "../context.mjs";

/** Mercurius compiles each document at its second use. */
export async function serve(settings, Rows, schema, loaders = {}) {
  const app = Fastify({ logger: false });
  const here = world(settings, Rows);
  await app.register(mercurius, {
    schema,
    loaders,
    jit: 1,
    graphiql: false,
    context: (request) => contextFor(here, request.headers.authorization),
  });
  await app.listen({ host: settings.host, port: settings.port });
}
