import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify from "fastify";
import { contextFor, world } from "../context.mjs";
import { JoinedRows } from "../rows/joined_rows.mjs";
import { returnability, shared } from "../resolvers.mjs";
import { executable } from "../schema.mjs";

/** On Fastify. Cache control looks at every field of every answer, so it is off. */
export async function start(settings) {
  const here = world(settings, JoinedRows);
  const apollo = new ApolloServer({
    schema: executable(shared, returnability),
    plugins: [ApolloServerPluginCacheControlDisabled()],
    csrfPrevention: false,
    persistedQueries: false,
  });
  await apollo.start();
  const app = Fastify({ logger: false });
  const context = async (request) => contextFor(here, request.headers.authorization);
  app.post("/graphql", fastifyApolloHandler(apollo, { context }));
  await app.listen({ host: settings.host, port: settings.port });
}
