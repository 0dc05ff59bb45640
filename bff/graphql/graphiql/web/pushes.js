// The log of one subscription run. GraphiQL shows only the last payload; a journey is all of them.

const LIMIT = 100;

function label(payload) {
  const update = Object.values(payload?.data ?? {})[0];
  const text = [update?.event, update?.message].filter(Boolean).join(" · ");
  return text || JSON.stringify(payload?.errors ?? update ?? payload).slice(0, 160);
}

export class Pushes {
  #state = { operation: null, events: [] };
  #listeners = new Set();

  #set(state) {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  state = () => this.#state;

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(operation) {
    this.#set({ operation, events: [] });
  }

  add(payload) {
    const { operation, events } = this.#state;
    const event = { at: new Date(), label: label(payload) };
    this.#set({ operation, events: [...events, event].slice(-LIMIT) });
  }
}
