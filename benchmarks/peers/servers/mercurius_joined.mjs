import { JoinedRows } from "../rows/joined.mjs";
import { returnability, shared } from "../resolving.mjs";
import { executable } from "../schema.mjs";
import { serve } from "./mercurius.mjs";

export const start = (settings) =>
  serve(settings, JoinedRows, executable(shared, returnability));
