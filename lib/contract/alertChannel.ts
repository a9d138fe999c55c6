/** Where a team is told that something goes on failing: by mail, or in a chat. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted } from "./shared.ts";

const kind = z
  .enum(["email", "slack"])
  .check(z.meta({ description: '`slack`: an incoming webhook that takes `{"text": …}`, as Slack, Mattermost and Google Chat do.' }));

export const AlertChannelIn = z
  .object({
    kind,
    target: z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(2_000),
        z.meta({ description: "The e-mail address, or the URL.", examples: ["team@example.com"] }),
      ),
  })
  .check(z.meta({ id: "AlertChannelIn" }));
export type AlertChannelIn = z.output<typeof AlertChannelIn>;

export const AlertChannelOut = z
  .object({
    id: z.string(),
    kind,
    target: z.string().check(z.meta({ description: "Of a URL only the host: who knows the rest can write there." })),
    lastSentAt: z.nullable(z.iso.datetime()),
    lastFailure: z.nullable(z.string()).check(z.meta({ description: "Why the last try failed; null: it did not." })),
    createdAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "AlertChannelOut" }));
export type AlertChannelOut = z.output<typeof AlertChannelOut>;

export const AlertChannelsOut = z
  .object({
    data: z.array(AlertChannelOut),
    canMail: z.boolean().check(z.meta({ description: "Whether the server has a mail server (WEBSTER_SMTP_URL)." })),
  })
  .check(z.meta({ id: "AlertChannelsOut" }));
export type AlertChannelsOut = z.output<typeof AlertChannelsOut>;

const tag = "Alert channel";
const access = "member";
const role = "admin";
const base = "/api/v1/alert-channel";
const path = `${base}/{alert_channel_id}` as const;

export const listAlertChannels = operation({
  operationId: "v1.alert-channel.list",
  method: "get",
  path: base,
  tag,
  summary: "List where the environment's alerts go",
  description:
    "All of them, the oldest first: there are at most 20. An alert tells that an incident was opened or is over, or that an endpoint was disabled by what it answered.",
  access,
  responses: { 200: { description: "The channels", schema: AlertChannelsOut } },
});

export const createAlertChannel = operation({
  operationId: "v1.alert-channel.create",
  method: "post",
  path: base,
  tag,
  summary: "Send alerts to one more place",
  access,
  role,
  body: AlertChannelIn,
  responses: { 201: { description: "Created", schema: AlertChannelOut } },
});

export const testAlertChannel = operation({
  operationId: "v1.alert-channel.test",
  method: "post",
  path: `${path}/test`,
  tag,
  summary: "Send a test alert now",
  description: "`lastFailure` of the answer says whether it arrived.",
  access,
  waits: true,
  role,
  responses: { 200: { description: "The channel", schema: AlertChannelOut } },
});

export const deleteAlertChannel = operation({
  operationId: "v1.alert-channel.delete",
  method: "delete",
  path,
  tag,
  summary: "Send no more alerts there",
  access,
  role,
  responses: deleted,
});
