// Every statement is prepared once, and answers in arrays: objects take twice as long to make.

export function prepare(database, sql) {
  return database.prepare(sql).raw();
}

/** `sql` with `(KEYS)` in it, prepared once for each number of keys. */
export function prepareByKeys(database, sql) {
  const known = [];
  return (count) => {
    known[count] ??= prepare(database, sql.replaceAll("(KEYS)", `(${Array(count).fill("?")})`));
    return known[count];
  };
}
