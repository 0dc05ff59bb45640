import Database from "better-sqlite3";

/** A connection as the project's own are: durable at every commit. */
export function open(path) {
  const database = new Database(path, { fileMustExist: true, timeout: 10_000 });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  return database;
}
