#!/usr/bin/env bash
# svix 2.5.0 and 1.99.1 for JavaScript try a request three times where the connection breaks or the answer is a 5xx. Where an answer
# does not come within `requestTimeout` they wait as long, and none of the further tries leaves: all tries share one
# AbortSignal.timeout, which has fired by then. One slow answer is so an error to the caller, whatever `numRetries` says. A call
# that is made anew has another idempotency key, unless it was given one.
source "$(dirname "$0")/common.sh"
install svix@2.5.0 svix-v1@npm:svix@1.99.1
expect 'svix, a connection that breaks: 3 requests of 1 key, answered
svix, an answer that is late: 1 request of 1 key, TimeoutError
svix-v1, a connection that breaks: 3 requests of 1 key, answered
svix-v1, an answer that is late: 1 request of 1 key, TimeoutError' <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";

for (const name of ["svix", "svix-v1"]) {
  const { Svix } = await import(name);
  for (const [what, fail] of Object.entries({ "a connection that breaks": (asked) => asked.socket.destroy(), "an answer that is late": () => undefined })) {
    const keys = [];
    const server = createServer((asked, answer) => {
      asked.resume();
      keys.push(asked.headers["idempotency-key"]);
      // The third try would be answered at once.
      if (keys.length < 3) return fail(asked);
      answer.writeHead(201, { "content-type": "application/json" }).end('{"id":"app_1","name":"a","metadata":{},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}');
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const svix = new Svix("key", { serverUrl: `http://127.0.0.1:${server.address().port}`, requestTimeout: 1000, numRetries: 2 });
    const result = await svix.application.create({ name: "a" }).then(() => "answered", (error) => error.name);
    console.log(`${name}, ${what}: ${keys.length} request${keys.length === 1 ? "" : "s"} of ${new Set(keys).size} key, ${result}`);
    server.closeAllConnections();
    server.close();
  }
}
process.exit();
JS
