// Wraps GraphiQL's own fetcher: variables are filled in on the way out, and what comes back is
// learned from (mutations) or logged (subscriptions).

export function socketUrl(endpoint) {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

function parsed(query, parse) {
  try {
    return parse(query);
  } catch {
    return undefined; // the server says what is wrong with it
  }
}

// Right after a change of tabs GraphiQL still holds the former tab's operation name and document.
function upToDate({ operationName, ...params }, options, parse) {
  const documentAST = parsed(params.query, parse);
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
function observed(iterable, see) {
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
  return async (asked, given) => {
    const { params, options, kind } = upToDate(asked, given, parse);
    const variables = memory.fill(params.variables);
    if (kind === "subscription") pushes.start(params.operationName);
    const answer = await fetcher({ ...params, variables }, options);
    if (kind === "subscription") return observed(answer, (payload) => pushes.add(payload));
    if (kind === "mutation") memory.learn(answer);
    return answer;
  };
}
