#!/usr/bin/env bash
# CloudEvents' HTTP binding 1.0.2 (3.1.3.2) has text in headers percent-encoded. cloudevents 10.0.0 does neither: an event that
# came so keeps its percent signs, and what it writes itself is a header that fetch and node:http refuse to send. Of a
# time it keeps milliseconds, where the format allows more digits.
source "$(dirname "$0")/common.sh"
install cloudevents@10.0.0
expect 'read: Euro%20%E2%82%AC
written: Euro €
fetch: TypeError
time: 2026-01-01T00:00:00.123Z' <<'JS'
import { CloudEvent, HTTP } from "cloudevents";

const attributes = { "ce-id": "1", "ce-source": "/a", "ce-type": "a.b", "ce-specversion": "1.0" };
const headers = { ...attributes, "ce-subject": "Euro%20%E2%82%AC", "ce-time": "2026-01-01T00:00:00.123456Z", "content-type": "application/json" };
const event = HTTP.toEvent({ headers, body: "{}" });
console.log("read:", event.subject);
const message = HTTP.binary(new CloudEvent({ source: "/a", type: "a.b", subject: "Euro €", data: {} }));
console.log("written:", message.headers["ce-subject"]);
try {
  console.log("fetch:", typeof new Request("https://receiver.example/", { method: "POST", ...message }));
} catch (error) {
  console.log("fetch:", error.constructor.name);
}
console.log("time:", event.time);
JS
