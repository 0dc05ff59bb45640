// Wraps GraphiQL's own fetcher: variables are filled in on the way out, and what comes back is
// learned from (mutations) or logged (subscriptions).

export function socketUrl(endpoint) {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

function parseIfPossible(query, parse) {
  try {
    return parse(query);
  } catch {
    return undefined; // the server says what is wrong with it
  }
}

// Right after a change of tabs GraphiQL still holds the former tab's operation name and document.
function withCurrentTab({ operationName, ...params }, options, parse) {
  const documentAST = parseIfPossible(params.query, parse);
  const operations = (documentAST?.definitions ?? []).filter((each) => each.operation);
  const named = operations.find((each) => each.name?.value === operationName);
  const operation = named ?? (operations.length === 1 ? operations[0] : undefined);
  return {
    params: { ...params, operationName: operation?.name?.value },
    options: { ...options, documentAST },
    kind: operation?.operation,
  };
}

// Not an async generator: its return() would wait for the next payload, and Stop must not.
function observe(iterable, see) {
  const source = iterable[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = await source.next();
      if (!step.done) see(step.value);
      return step;
    },
    return: (value) => source.return(value),
  };
}

export function journeyFetcher({ fetcher, parse, memory, pushes }) {
  return async (request, fetchOptions) => {
    const { params, options, kind } = withCurrentTab(request, fetchOptions, parse);
    const variables = memory.fill(params.variables);
    if (kind === "subscription") pushes.start(params.operationName);
    const result = await fetcher({ ...params, variables }, options);
    if (kind === "subscription") return observe(result, (payload) => pushes.add(payload));
    if (kind === "mutation") memory.learn(result);
    return result;
  };
}
