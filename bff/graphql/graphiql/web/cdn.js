// The page without a bundle: GraphiQL's UMD builds come from a CDN and are found as globals.

import { fillerWith, pushLogWith } from "./parts.js";
import { readConfig, setUp } from "./setup.js";

const { GraphiQL, GraphiQLPluginExplorer, React, ReactDOM } = globalThis;

async function start() {
  const h = React.createElement;
  const useTab = GraphiQL.React.useEditorContext;
  const { createFetcher, GraphQL } = GraphiQL;
  const { parse } = GraphQL;
  const { memory, pushes, props } = await setUp(readConfig(), { createFetcher, parse });
  const plugins = [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })];
  const filler = h(fillerWith(React, useTab), { memory });
  const log = h(pushLogWith(React, useTab), { pushes });
  // This GraphiQL drops children that it has no place for, so the filler sits in the footer too.
  const footer = h(GraphiQL.Footer, null, log, filler);
  const logo = h(GraphiQL.Logo, null, "极速退货");
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(h(GraphiQL, { ...props, plugins }, logo, footer));
}

// Out of the CDN's reach, the page's own words stay.
if (GraphiQLPluginExplorer) await start();
