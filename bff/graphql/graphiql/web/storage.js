// The browser's storage as GraphiQL sees it. Every value passes through `hide` on its way in, so no
// credential is kept, whichever part of GraphiQL writes and whatever it has read by then: the
// history stores the headers of a run as soon as their editor is ready.

// Tabs are made anew at every load: those of an earlier visit hold old ids.
const FORGOTTEN = new Set(["tabState", "query", "variables", "headers"]);
// What is stored in place of this visit's token, and what the next visit puts its own token for.
const BEARER_MARK = "(credential of the visit)";
const TOKEN_MARK = "(token of the visit)";

function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that denies storage
  }
}

function credentials(token) {
  const literal = token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\bbearer\\s+[^\\s"'\\\\]+|${literal}`, "gi");
}

export function layoutStorage(namespace, token, backing = browserStorage()) {
  const bearer = `Bearer ${token}`;
  const pattern = credentials(token);
  const marks = new Map([
    [bearer, BEARER_MARK],
    [token, TOKEN_MARK],
  ]);
  // A credential that is not the page's own is dropped: nothing could bring it back.
  const hide = (value) => String(value).replace(pattern, (text) => marks.get(text) ?? "");
  const reveal = (value) => value.replaceAll(BEARER_MARK, bearer).replaceAll(TOKEN_MARK, token);
  const name = (key) => `${namespace}:${key}`;
  const forgotten = (key) => FORGOTTEN.has(key.replace(/^graphiql:/, ""));
  return {
    length: 0,
    getItem: (key) => {
      const stored = forgotten(key) ? null : (backing?.getItem(name(key)) ?? null);
      return stored === null ? null : reveal(hide(stored)); // what an older page stored, too
    },
    setItem: (key, value) => forgotten(key) || backing?.setItem(name(key), hide(value)),
    removeItem: (key) => backing?.removeItem(name(key)),
    clear: () => {},
  };
}
