import { shopperReader } from "./auth.mjs";
import { open } from "./database.mjs";
import { PolicyBook } from "./domain/policy.mjs";
import { Taps } from "./taps/one_tap.mjs";

/** What lives as long as the process: `Rows` decides how it is read. */
export function world(settings, Rows) {
  const database = open(settings.database);
  const book = new PolicyBook(database, settings.policy);
  const shopperOf = shopperReader(settings.secret);
  const taps = new Taps(database, book, settings.clock);
  return { database, book, shopperOf, taps, clock: settings.clock, rows: new Rows(database, book) };
}

/** What an operation sees; `authorization` is the header. Throws TokenError. */
export function contextFor(world, authorization) {
  return {
    world,
    rows: world.rows,
    book: world.book,
    shopperId: world.shopperOf(authorization),
    now: world.clock(),
  };
}
