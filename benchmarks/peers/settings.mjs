import { readFileSync } from "node:fs";

const REQUIRED = ["DATABASE", "PORT", "NOW", "SECRET", "POLICY"];

/** What the environment says, read once. Throws for what is missing. */
export function settings(environment = process.env) {
  const given = Object.fromEntries(REQUIRED.map((name) => [name, environment[`BENCH_${name}`]]));
  const missing = REQUIRED.filter((name) => !given[name]);
  if (missing.length) throw new Error(`missing: ${missing.map((name) => `BENCH_${name}`)}`);
  return {
    host: "127.0.0.1",
    port: Number(given.PORT),
    database: given.DATABASE,
    secret: given.SECRET,
    clock: clockFrom(given.NOW),
    policy: JSON.parse(readFileSync(given.POLICY, "utf8")),
  };
}

/** Milliseconds since 1970, on from a moment of one's choosing. */
function clockFrom(startsAt) {
  const offset = Date.parse(startsAt) - Date.now();
  if (Number.isNaN(offset)) throw new Error(`BENCH_NOW is no moment: ${startsAt}`);
  return () => Date.now() + offset;
}
