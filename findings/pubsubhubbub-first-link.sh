#!/usr/bin/env bash
# pubsubhubbub 1.0.2, a WebSub subscriber, reads only the first link of the header Link. A distribution that names the hub
# first and the topic second, which is the order of the W3C's own text, is answered 400, and its content is lost.
source "$(dirname "$0")/common.sh"
install pubsubhubbub@1.0.2
expect 'self first: 204
hub first: 400' <<'JS'
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import pubsubhubbub from "pubsubhubbub";

const subscriber = pubsubhubbub.createServer({ callbackUrl: "http://127.0.0.1/", secret: "secret" });
const server = createServer(subscriber.listener());
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const body = "<feed/>";
const links = ['<https://blog.example/feed>; rel="self"', '<https://hub.example/>; rel="hub"'];
async function status(link) {
  const headers = { link, "x-hub-signature": `sha1=${createHmac("sha1", "secret").update(body).digest("hex")}` };
  return (await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body, headers })).status;
}
console.log("self first:", await status(links.join(", ")));
console.log("hub first:", await status(links.toReversed().join(", ")));
server.close();
server.closeAllConnections();
JS
