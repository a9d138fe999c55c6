import { expect, test } from "vitest";
import { destinationOf } from "./destinations.ts";

const body = "2aXkQ".padEnd(27, "0");

test.each([
  [`msg_${body}`, `/messages/msg_${body}`],
  [` app_${body}\n`, `/applications/app_${body}`],
  [`ep_${body}`, `/deliveries?endpoint_id=ep_${body}`],
  [`atmpt_${body}`, `/deliveries?message_id=atmpt_${body}`],
  [`"qtask_${body}",`, "/background-tasks"],
  [`webhook-id: msg_${body}`, `/messages/msg_${body}`],
  [`level=info msg="sent" id=msg_${body} endpoint=ep_${body} url=/messages/msg_${body}`, `/messages/msg_${body}`],
])("%j leads to %s", (text, path) => {
  expect(destinationOf(text)?.path).toBe(path);
});

test.each([
  "",
  "msg_",
  `msg_${body}0`,
  `msg_${body.slice(1)}`,
  `wk_${body}`,
  `msg_${body} msg_${body.replaceAll("0", "1")}`,
  "../../settings",
  `constructor_${body}`,
  "invoice.paid",
])("%j leads nowhere", (text) => {
  expect(destinationOf(text)).toBeNull();
});
