#!/usr/bin/env bash
# A receiver, or what stands in front of it, may answer 407 (Proxy Authentication Required). fetch of undici 7.30.2, and with it that of
# Node.js, makes an error of it as browsers do, "fetch failed", whose cause says nothing: status, headers and body are lost, and a sender
# of webhooks takes the receiver for unreachable. request of the same undici, and got 14.6.6, give the answer as it is.
source "$(dirname "$0")/common.sh"
install undici@7.30.2 got@14.6.6
expect 'fetch, 401: 401 {"error":"no account"}
request, 401: 401 {"error":"no account"}
got, 401: 401 {"error":"no account"}
fetch, 407: fetch failed, cause ""
request, 407: 407 {"error":"no account"}
got, 407: 407 {"error":"no account"}' <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import got from "got";
import { fetch, request } from "undici";

const server = createServer((asked, answer) => answer.writeHead(Number(asked.url.slice(1))).end('{"error":"no account"}'));
await once(server.listen(0, "127.0.0.1"), "listening");
const options = { method: "POST", body: "{}" };
const clients = {
  fetch: async (url) => {
    const answer = await fetch(url, options);
    return [answer.status, await answer.text()];
  },
  request: async (url) => {
    const { statusCode, body } = await request(url, options);
    return [statusCode, await body.text()];
  },
  got: async (url) => {
    const { statusCode, body } = await got(url, { ...options, throwHttpErrors: false });
    return [statusCode, body];
  },
};
for (const status of [401, 407])
  for (const [name, ask] of Object.entries(clients)) {
    const told = await ask(`http://127.0.0.1:${server.address().port}/${status}`).then(
      (answer) => answer.join(" "),
      (error) => `${error.message}, cause "${error.cause?.message}"`,
    );
    console.log(`${name}, ${status}: ${told}`);
  }
process.exit();
JS
