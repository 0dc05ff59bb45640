// The two small React parts of the page, made with the React that the page brings (bundle or CDN).

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

// Writes what was learned into the open tab's variables, where it can be seen before Run.
export function fillerWith(React, useTab) {
  return function Filler({ memory }) {
    const { activeTabIndex, variableEditor } = useTab();
    React.useEffect(() => {
      const refresh = () => {
        const text = variableEditor?.getValue() ?? "";
        const filled = memory.fillText(text);
        if (filled !== text) variableEditor.setValue(filled);
      };
      refresh();
      return memory.subscribe(refresh);
    }, [activeTabIndex, variableEditor, memory]);
    return null;
  };
}

function rowWith(h, { at, label }, index) {
  return h("li", { key: index }, h("time", null, clock.format(at)), h("span", null, label));
}

// Every event pushed to the open subscription tab, oldest first.
export function pushLogWith(React, useTab) {
  const h = React.createElement;
  return function PushLog({ pushes }) {
    const { activeTabIndex, tabs } = useTab();
    const { operation, events } = React.useSyncExternalStore(pushes.subscribe, pushes.state);
    if (operation === null || operation !== tabs[activeTabIndex]?.title) return null;
    const title = events.length === 0 ? "Listening…" : `Pushed so far: ${events.length}`;
    const rows = events.map((event, index) => rowWith(h, event, index));
    return h("section", { className: "push-log" }, h("h2", null, title), h("ol", null, rows));
  };
}
