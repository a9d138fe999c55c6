#!/usr/bin/env bash
# A 304 (Not Modified) may carry the Content-Length that a 200 would have had (RFC 9110, 8.6), and has no body whatever it says (RFC 9112,
# 6.3). request() of undici 7.30.2 gives the status and then fails for want of those bytes; to HEAD it knows the same rule. Its own
# fetch, node:http, axios and got read an empty body. Whoever polls with If-None-Match meets it where a server or a cache in between
# sends the length.
source "$(dirname "$0")/common.sh"
install undici@7.30.2 axios@1.21.1 got@14.6.6
expect 'node:http: 304, body of 0
axios: 304, body of 0
got: 304, body of 0
undici.fetch: 304, body of 0
undici.request: UND_ERR_RES_CONTENT_LENGTH_MISMATCH
undici.request, HEAD: 304, body of 0' <<'JS'
import { once } from "node:events";
import http from "node:http";
import axios from "axios";
import got from "got";
import { Agent, fetch, request } from "undici";

const etag = '"1"';
const server = http.createServer((_asked, answer) => answer.writeHead(304, { etag, "content-length": 20 }).end());
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/events`;
const headers = { "if-none-match": etag };
const requested = async (method) => {
  const { statusCode, body } = await request(url, { method, headers, dispatcher: new Agent() });
  return [statusCode, await body.text()];
};
const clients = {
  "node:http": async () => {
    const [answer] = await once(http.get(url, { headers }), "response");
    return [answer.statusCode, (await answer.toArray()).join("")];
  },
  axios: async () => {
    const { status, data } = await axios.get(url, { headers, validateStatus: null });
    return [status, data];
  },
  got: async () => {
    const { statusCode, body } = await got(url, { headers, throwHttpErrors: false });
    return [statusCode, body];
  },
  "undici.fetch": async () => {
    const answer = await fetch(url, { headers });
    return [answer.status, await answer.text()];
  },
  "undici.request": () => requested("GET"),
  "undici.request, HEAD": () => requested("HEAD"),
};
for (const [name, ask] of Object.entries(clients)) {
  const seen = await ask().then(
    ([status, body]) => `${status}, body of ${body.length}`,
    (error) => error.code,
  );
  console.log(`${name}: ${seen}`);
}
server.closeAllConnections();
server.close();
JS
