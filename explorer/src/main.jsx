import "./workers.js";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "../../bff/graphql/graphiql/web/page.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { parse } from "graphql";
import * as React from "react";
import { createRoot } from "react-dom/client";

import { fillerWith, pushLogWith } from "../../bff/graphql/graphiql/web/parts.js";
import { readConfig, setUp } from "../../bff/graphql/graphiql/web/setup.js";

function useTab() {
  return useGraphiQL(({ activeTabIndex, tabs, variableEditor }) => ({
    activeTabIndex,
    tabs,
    variableEditor,
  }));
}

// A tab chosen while Monaco still loads would show the first tab's text: show it again, once.
function Settler() {
  const { changeTab } = useGraphiQLActions();
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const ready = useGraphiQL(
    ({ queryEditor, variableEditor, headerEditor }) =>
      Boolean(queryEditor && variableEditor && headerEditor),
  );
  React.useEffect(() => {
    if (ready && activeTabIndex > 0) changeTab(activeTabIndex);
  }, [ready]);
  return null;
}

const Filler = fillerWith(React, useTab);
const PushLog = pushLogWith(React, useTab);
const plugins = [explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

function Page({ memory, pushes, props }) {
  return (
    <GraphiQL {...props} plugins={plugins} inputValueDeprecation schemaDescription>
      <GraphiQL.Logo>极速退货</GraphiQL.Logo>
      <GraphiQL.Footer>
        <PushLog pushes={pushes} />
      </GraphiQL.Footer>
      <Settler />
      <Filler memory={memory} />
    </GraphiQL>
  );
}

const page = await setUp(readConfig(), { createFetcher: createGraphiQLFetcher, parse });
createRoot(document.getElementById("graphiql")).render(<Page {...page} />);
