#!/usr/bin/env bash
# A webhook to the address of a static site is a success: serve-handler 6.1.8 (which `serve` is made of) and sirv 3.0.2 (which
# `vite preview` is) don't look at the method, and answer a POST with 200 and the page. Where all paths lead to one page, as single-page
# applications have it, so does each path under which a receiver was once. serve-static 2.2.1 (Express) and http-server 14.1.1 refuse.
source "$(dirname "$0")/common.sh"
install serve-handler@6.1.8 sirv@3.0.2 serve-static@2.2.1 http-server@14.1.1
expect 'serve-handler: / 200 the page, /webhooks 404
serve-handler, single page: / 200 the page, /webhooks 200 the page
sirv: / 200 the page, /webhooks 404
sirv, single page: / 200 the page, /webhooks 200 the page
serve-static: / 404, /webhooks 404
http-server: / 405, /webhooks 405' <<'JS'
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import httpServer from "http-server";
import serve from "serve-handler";
import serveStatic from "serve-static";
import sirv from "sirv";

mkdirSync("site");
writeFileSync("site/index.html", "<h1>Our site</h1>");
const otherwise404 = (handler) => (request, response) => handler(request, response, () => response.writeHead(404).end());
const handlers = {
  "serve-handler": (request, response) => serve(request, response, { public: "site" }),
  "serve-handler, single page": (request, response) =>
    serve(request, response, { public: "site", rewrites: [{ source: "**", destination: "/index.html" }] }),
  sirv: otherwise404(sirv("site")),
  "sirv, single page": otherwise404(sirv("site", { single: true })),
  "serve-static": otherwise404(serveStatic("site")),
};
const servers = Object.entries(handlers).map(([name, handler]) => [name, createServer(handler)]);
servers.push(["http-server", httpServer.createServer({ root: "site" }).server]);
for (const [name, server] of servers) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const told = [];
  for (const path of ["/", "/webhooks"]) {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { method: "POST", body: '{"type":"invoice.paid"}' });
    const isPage = (await answer.text()).includes("Our site");
    told.push(`${path} ${answer.status}${isPage ? " the page" : ""}`);
  }
  console.log(`${name}: ${told.join(", ")}`);
}
process.exit();
JS
