import { readFileSync } from "node:fs";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { GraphQLScalarType } from "graphql";

const PATH = new URL("../../schema.graphql", import.meta.url);

// Moments are shown as text where they are read, so that there is nothing left to do.
const DateTime = new GraphQLScalarType({ name: "DateTime", serialize: (shown) => shown });

/** The project's whole schema: it costs a peer nothing after the start. */
export function executable(...resolvers) {
  return makeExecutableSchema({
    typeDefs: readFileSync(PATH, "utf8"),
    resolvers: [{ DateTime }, ...resolvers],
    resolverValidationOptions: { requireResolversForResolveType: "ignore" },
  });
}
