#!/usr/bin/env bash
# CloudEvents' JSON format 1.0.2 (3.1) has any JSON value as data. cloudevents 10.0.0 reads `false`, `0` and `""` in a structured event as no
# data at all, and what it sends on has none; it writes them itself. An event without a time (the attribute is optional) is
# read as one of now: read twice, the same event has two times. The media type, which is the same in capitals (RFC 9110, 8.3.1), is
# "no cloud event".
source "$(dirname "$0")/common.sh"
install cloudevents@10.0.0
expect 'false: read as undefined, sent on without data
0: read as undefined, sent on without data
"": read as undefined, sent on without data
"a": read as "a", sent on with data
no time: read with one of now: true
Application/CloudEvents+JSON: no cloud event detected' <<'JS'
import { HTTP } from "cloudevents";

const read = (event, type = "application/cloudevents+json") =>
  HTTP.toEvent({ headers: { "content-type": type }, body: JSON.stringify({ specversion: "1.0", id: "1", source: "/a", type: "a.b", ...event }) });
for (const data of [false, 0, "", "a"]) {
  const event = read({ data });
  const sentOn = JSON.parse(HTTP.structured(event).body);
  console.log(`${JSON.stringify(data)}: read as ${JSON.stringify(event.data)}, sent on ${"data" in sentOn ? "with" : "without"} data`);
}
console.log("no time: read with one of now:", Math.abs(Date.parse(read({}).time) - Date.now()) < 60_000);
const inCapitals = "Application/CloudEvents+JSON";
try {
  console.log(`${inCapitals}: ${read({}, inCapitals).id}`);
} catch (error) {
  console.log(`${inCapitals}: ${error.message}`);
}
JS
