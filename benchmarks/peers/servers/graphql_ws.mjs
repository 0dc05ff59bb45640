import { createServer } from "node:http";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { contextFor, world } from "../context.mjs";
import { Documents } from "../events/documents.mjs";
import { Log } from "../events/log.mjs";
import { PubSub } from "../events/pubsub.mjs";
import { following } from "../events/resolvers.mjs";
import { JoinedRows } from "../rows/joined_rows.mjs";
import { executable } from "../schema.mjs";

const FORBIDDEN = 4403;
const PING_MS = 60_000;
const BACKLOG = 4096;

/** `ws` and graphql-ws on Node's own server; POST /emit?return=ID makes an event. */
export async function start(settings) {
  const here = world(settings, JoinedRows);
  const log = new Log(here.database, settings.clock);
  const pubsub = new PubSub();
  const server = createServer(emitting(log, pubsub));
  const sockets = new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false });
  useServer(protocol(here, executable(following), { log, pubsub }), sockets, PING_MS);
  await new Promise((done) => server.listen(settings.port, settings.host, BACKLOG, done));
}

function protocol(here, schema, feed) {
  const documents = new Documents(schema);
  return {
    onConnect: (socket) => {
      try {
        socket.extra.context = { ...contextFor(here, authorizationOf(socket)), ...feed };
        return Boolean(socket.extra.context.shopperId);
      } catch {
        socket.extra.socket.close(FORBIDDEN, "the token is not one of ours, or has expired");
        return false;
      }
    },
    onSubscribe: (socket, _id, payload) => documents.prepared(payload, socket.extra.context),
  };
}

/** Of the init payload, or else of the request for the socket. */
function authorizationOf(socket) {
  const given = Object.entries(socket.connectionParams ?? {});
  const found = given.find(([name]) => name.toLowerCase() === "authorization");
  return found?.[1] ?? socket.extra.request.headers.authorization;
}

/** Answers once the event is durable, with its cursor and when that was, in milliseconds. */
function emitting(log, pubsub) {
  return (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const returnId = url.searchParams.get("return");
    if (request.method !== "POST" || url.pathname !== "/emit") return end(response, 404, {});
    const event = log.append(returnId);
    if (!event) return end(response, 404, {});
    const committedAt = performance.timeOrigin + performance.now();
    end(response, 200, { cursor: event.cursor, committedAt });
    pubsub.publish(returnId, event);
  };
}

function end(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
