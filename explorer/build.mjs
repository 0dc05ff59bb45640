// Bundles GraphiQL and Monaco's workers into bff/graphql/graphiql/dist, to be served from one origin.

import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here("../bff/graphql/graphiql/dist");

const shared = {
  absWorkingDir: here("."),
  bundle: true,
  format: "esm",
  legalComments: "linked",
  logLevel: "info",
  minify: true,
  outdir,
  target: "es2022",
  loader: { ".ttf": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"' },
};

// GraphiQL's own style sheet has Monaco's rules already.
const noMonacoStyles = {
  name: "no-monaco-styles",
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor[/\\].*\.css$/ }, () => ({ contents: "", loader: "empty" }));
  },
};

const page = {
  ...shared,
  entryPoints: { main: "src/main.jsx" },
  chunkNames: "chunk-[hash]",
  jsx: "automatic",
  plugins: [noMonacoStyles],
  splitting: true,
};

const workers = {
  ...shared,
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
};

await rm(outdir, { recursive: true, force: true });
await Promise.all([build(page), build(workers)]);
