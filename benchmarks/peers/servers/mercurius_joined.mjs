import { JoinedRows } from "../rows/joined_rows.mjs";
import { returnability, shared } from "../resolvers.mjs";
import { executable } from "../schema.mjs";
import { serve } from "./mercurius.mjs";

export const start = (settings) =>
  serve(settings, JoinedRows, executable(shared, returnability));
