#!/usr/bin/env bash
# HTTP has three forms of a date, and who reads one must read all (RFC 9110, 5.6.7), the oldest, asctime's, among them: no zone stands in it,
# and it means GMT. got 14.6.6, ky 1.14.3, axios-retry 4.5.0 and undici 7.30.2's RetryAgent give a Retry-After to Date.parse, which
# takes that form for the machine's own time: in New York each waits five hours more, and in Berlin none waits at all.
source "$(dirname "$0")/common.sh"
install undici@7.30.2 axios@1.21.1 axios-retry@4.5.0 got@14.6.6 ky@1.14.3
expect 'IMF-fixdate, New York: got waits, ky waits, axios-retry waits, undici waits
asctime, UTC: got waits, ky waits, axios-retry waits, undici waits
asctime, New York: got not in 4 s, ky not in 4 s, axios-retry not in 4 s, undici not in 4 s
asctime, Berlin: got at once, ky at once, axios-retry at once, undici at once' <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import axios from "axios";
import axiosRetry, { retryAfter } from "axios-retry";
import got from "got";
import ky from "ky";
import { Agent, request, RetryAgent } from "undici";

const patient = axios.create();
axiosRetry(patient, { retries: 1, retryDelay: (_count, error) => retryAfter(error) });
const retrying = new RetryAgent(new Agent(), { maxRetries: 1, minTimeout: 10 });
const clients = {
  got: (url) => got(url, { retry: { limit: 1 } }),
  ky: (url) => ky(url, { retry: { limit: 1 } }),
  "axios-retry": (url) => patient.get(url),
  undici: (url) => request(url, { dispatcher: retrying }),
};

// Two seconds from now, or three.
const forms = {
  "IMF-fixdate": (date) => date.toUTCString(),
  asctime: (date) => date.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, (_all, day, date, month, year, time) => `${day} ${month} ${date.replace(/^0/, " ")} ${time} ${year}`),
};
async function wait(ask, form) {
  const asked = [];
  const server = createServer((_asked, answer) => {
    asked.push(Date.now());
    if (asked.length > 1) return answer.end();
    answer.writeHead(503, { "retry-after": forms[form](new Date(asked[0] + 3000)) }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  void ask(`http://127.0.0.1:${server.address().port}/`).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  server.closeAllConnections();
  server.close();
  if (asked.length === 1) return "not in 4 s";
  return asked[1] - asked[0] > 1900 ? "waits" : "at once";
}
for (const [form, zone] of [["IMF-fixdate", "America/New_York"], ["asctime", "UTC"], ["asctime", "America/New_York"], ["asctime", "Europe/Berlin"]]) {
  process.env.TZ = zone;
  const waits = await Promise.all(Object.entries(clients).map(async ([name, ask]) => `${name} ${await wait(ask, form)}`));
  console.log(`${form}, ${zone.split("/").at(-1).replace("_", " ")}: ${waits.join(", ")}`);
}
process.exit();
JS
