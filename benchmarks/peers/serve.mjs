// node serve.mjs NAME: one peer, as its documentation advises for production. README.md has the contract.
process.env.NODE_ENV = "production"; // before graphql is loaded: it checks less then

const PEERS = {
  apollo: "./servers/apollo.mjs",
  yoga: "./servers/yoga.mjs",
  "mercurius-loaders": "./servers/mercurius_loaders.mjs",
  "mercurius-joined": "./servers/mercurius_joined.mjs",
  "graphql-ws": "./servers/graphql_ws.mjs",
};

const name = process.argv[2];
if (!(name in PEERS)) {
  console.error(`expected one of: ${Object.keys(PEERS).join(", ")}`);
  process.exit(2);
}
const { settings } = await import("./settings.mjs");
const { start } = await import(PEERS[name]);
await start(settings());
console.log("ready");
