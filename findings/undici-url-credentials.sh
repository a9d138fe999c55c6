#!/usr/bin/env bash
# A receiver's URL with a user and a password in it, as customers write them for Basic authentication: node:http, axios and got send them;
# fetch refuses such a URL, as its standard says. request() of undici 7.30.2, the same package, neither sends nor refuses: the request
# leaves without an Authorization header, and all that is seen is the receiver's 401.
source "$(dirname "$0")/common.sh"
install undici@7.30.2 axios@1.21.1 got@14.6.6
expect 'node:http: user:pass word
axios: user:pass word
got: user:pass word
undici.fetch: TypeError
undici.request: sent without' <<'JS'
import { once } from "node:events";
import http from "node:http";
import axios from "axios";
import got from "got";
import { fetch, request } from "undici";

let authorization;
const server = http.createServer((asked, answer) => {
  authorization = asked.headers.authorization;
  answer.end();
});
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://user:pass%20word@127.0.0.1:${server.address().port}/hook`;
const clients = {
  "node:http": async () => {
    const [answer] = await once(http.get(url), "response");
    answer.resume();
  },
  axios: () => axios.get(url),
  got: () => got(url),
  "undici.fetch": () => fetch(url),
  "undici.request": () => request(url),
};
for (const [name, ask] of Object.entries(clients)) {
  authorization = undefined;
  const refused = await ask().then(() => null, (error) => error.constructor.name);
  const sent = authorization === undefined ? "sent without" : Buffer.from(authorization.slice("Basic ".length), "base64").toString();
  console.log(`${name}: ${refused ?? sent}`);
}
server.closeAllConnections();
server.close();
JS
