// From the page's config to what GraphiQL is started with; the bundle and the CDN page share it.

import { journeyFetcher, socketUrl } from "./fetcher.js";
import { lookUp } from "./lookup.js";
import { Memory } from "./memory.js";
import { Pushes } from "./pushes.js";
import { layoutStorage } from "./storage.js";

// Each tab has the headers of its own: a run kept in the history without any would, chosen from
// there, empty their editor.
function tabsOf(config, memory, headers) {
  return config.tabs.map(({ query, variables }) => ({
    query,
    headers,
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
  const headersText = JSON.stringify(headers, null, 2);
  const props = {
    fetcher: journeyFetcher({ fetcher, parse, memory, pushes }),
    defaultTabs: tabsOf(config, memory, headersText),
    defaultHeaders: headersText,
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
    storage: layoutStorage("express-return", config.token),
  };
  return { memory, pushes, props };
}

export function readConfig() {
  return JSON.parse(document.getElementById("config").textContent);
}
