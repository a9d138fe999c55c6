#!/usr/bin/env bash
# undici 7.30.2 breaks the connection off when a server begins its answer to a POST with 100 (Continue), which some do unasked.
# A client must be able to read past it (RFC 9110, section 15.2), and undici itself does past any other interim status. Whoever
# sends webhooks by it counts what was taken as failed, and sends it again.
source "$(dirname "$0")/common.sh"
install undici@7.30.2
expect 'node:http, no interim status: 204
node:http, 100: 204
undici, no interim status: 204
undici, 103: 204
undici, 102: 204
undici, 100: UND_ERR_SOCKET, bad response' <<'JS'
import { once } from "node:events";
import http from "node:http";
import { createServer } from "node:net";
import { request } from "undici";

let interim = null;
const server = createServer((socket) => {
  let came = "";
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    came += bytes;
    if (!came.endsWith('{"paid":true}')) return;
    socket.end(`${interim === null ? "" : `HTTP/1.1 ${interim} Wait\r\n\r\n`}HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n`);
  });
});
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/webhook`;
const options = { method: "POST", headers: { "content-type": "application/json" } };
const body = '{"paid":true}';

const byNode = async () => {
  const [answer] = await once(http.request(url, options).end(body), "response");
  return answer.statusCode;
};
const byUndici = () =>
  request(url, { ...options, body }).then(
    ({ statusCode }) => statusCode,
    ({ code, message }) => `${code}, ${message}`,
  );
for (const [name, ask, statuses] of [
  ["node:http", byNode, [null, 100]],
  ["undici", byUndici, [null, 103, 102, 100]],
])
  for (const status of statuses) {
    interim = status;
    console.log(`${name}, ${status ?? "no interim status"}: ${await ask()}`);
  }
server.close();
JS
