// From the page's config to what GraphiQL is started with; the bundle and the CDN page share it.

import { journeyFetcher, socketUrl } from "./fetcher.js";
import { lookUp } from "./lookup.js";
import { Memory } from "./memory.js";
import { Pushes } from "./pushes.js";

// Tabs are made anew at every load: those of an earlier visit hold an old token and old ids.
const FORGOTTEN = new Set(["tabState", "query", "variables", "headers"]);

function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that denies storage
  }
}

export function layoutStorage(namespace, backing = browserStorage()) {
  const name = (key) => `${namespace}:${key}`;
  const forgotten = (key) => FORGOTTEN.has(key.replace(/^graphiql:/, ""));
  return {
    length: 0,
    getItem: (key) => (forgotten(key) ? null : (backing?.getItem(name(key)) ?? null)),
    setItem: (key, value) => forgotten(key) || backing?.setItem(name(key), value),
    removeItem: (key) => backing?.removeItem(name(key)),
    clear: () => {},
  };
}

function tabsOf(config, memory) {
  return config.tabs.map(({ query, variables }) => ({
    query,
    variables: variables ? memory.fillText(JSON.stringify(variables, null, 2)) : "",
  }));
}

export async function setUp(config, { createFetcher, parse }) {
  const memory = new Memory(await lookUp(config));
  const pushes = new Pushes();
  const headers = { Authorization: `Bearer ${config.token}` };
  const { endpoint: url } = config;
  const fetcher = createFetcher({
    url,
    subscriptionUrl: socketUrl(url),
    enableIncrementalDelivery: false,
    schemaFetcher: createFetcher({ url, headers }), // runs before the headers editor is there
  });
  const props = {
    fetcher: journeyFetcher({ fetcher, parse, memory, pushes }),
    defaultTabs: tabsOf(config, memory),
    defaultHeaders: JSON.stringify(headers, null, 2),
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
    storage: layoutStorage("express-return"),
  };
  return { memory, pushes, props };
}

export function readConfig() {
  return JSON.parse(document.getElementById("config").textContent);
}
