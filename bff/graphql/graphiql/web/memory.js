// What the journey's variables should be: what was looked up at the start, keys made here, and
// what a mutation's response taught since (the id of the return that was opened).

const FRESH_KEY = /key$/i;

// getRandomValues also works on a plain http origin, where randomUUID does not exist.
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isEmpty(value) {
  return value === "" || value === null;
}

function* objectsUnder(value, name) {
  if (value === null || typeof value !== "object") return;
  for (const [key, child] of Object.entries(value)) {
    if (key === name && child !== null && typeof child === "object") yield child;
    yield* objectsUnder(child, name);
  }
}

export class Memory {
  #values = new Map(); // name -> every value it had, the newest last
  #listeners = new Set();

  constructor(variables) {
    for (const [name, value] of Object.entries(variables)) this.put(name, value);
  }

  put(name, value) {
    const values = this.#values.get(name) ?? [];
    if (!value || values.at(-1) === value) return;
    this.#values.set(name, [...values, value]);
    for (const listener of this.#listeners) listener();
  }

  get(name) {
    if (!this.#values.has(name) && FRESH_KEY.test(name)) this.put(name, freshKey());
    return this.#values.get(name)?.at(-1);
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  // Fills what is empty and renews what was filled in earlier; what a person typed stays.
  fill(variables) {
    const ours = (name, value) => isEmpty(value) || this.#values.get(name)?.includes(value);
    const entries = Object.entries(variables ?? {});
    return Object.fromEntries(
      entries.map(([name, value]) => [name, ours(name, value) ? (this.get(name) ?? value) : value]),
    );
  }

  // The same on the text of the variables editor; text that is no JSON object is left alone.
  fillText(text) {
    const variables = parsedObject(text);
    if (variables === null) return text;
    const filled = this.fill(variables);
    const changed = Object.keys(filled).some((name) => filled[name] !== variables[name]);
    return changed ? JSON.stringify(filled, null, 2) : text;
  }

  learn(result) {
    for (const opened of objectsUnder(result?.data, "return")) this.put("returnId", opened.id);
    for (const pickup of objectsUnder(result?.data, "pickup")) this.put("pickupId", pickup.id);
  }
}

function parsedObject(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
