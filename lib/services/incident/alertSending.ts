/** Sends one alert: a mail, or what a chat's incoming webhook takes. */
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { AlertChannel } from "../../db/generated/client.ts";
import { sealer } from "../../seal.ts";
import { sendMail } from "../shared/mail.ts";
import { fetchOutside } from "../shared/outbound.ts";

type Receiver = Pick<AlertChannel, "id" | "kind" | "target" | "sealedUrl" | "environmentId">;

const deadlineMs = 10_000;

/** Sends an alert. Answers whether it was taken; the channel remembers when, or why not. */
export async function sendAlert(channel: Receiver, lines: string[]): Promise<boolean> {
  const failure = channel.kind === "email" ? await mail(channel, lines) : await post(channel, lines);
  const told = failure === null ? { lastSentAt: new Date(databaseNowMs()), lastFailure: null } : { lastFailure: failure };
  // The channel may have been deleted meanwhile.
  await prisma().alertChannel.updateMany({ where: { id: channel.id }, data: told });
  return failure === null;
}

async function mail({ target, environmentId }: Receiver, lines: string[]): Promise<string | null> {
  const [first = ""] = lines;
  const subject = lines.length === 1 ? (first.split("\n")[0] ?? "") : `${lines.length} alerts`;
  const isSent = await sendMail({ to: target, subject: `Webster: ${subject}`, text: `${lines.join("\n\n")}\n`, tenant: environmentId });
  return isSent ? null : "The mail server did not take it";
}

async function post({ id, sealedUrl }: Receiver, lines: string[]): Promise<string | null> {
  if (sealedUrl === null) return "It has no URL";
  const answer = await fetchOutside({
    url: sealer().open(id, sealedUrl).toString(),
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ text: lines.map(escaped).join("\n\n") })),
    whose: { tenant: id, owner: id },
    deadlineMs,
    maximumBytes: 1_024,
  });
  if (!answer.ok) return answer.reason;
  return answer.status >= 200 && answer.status < 300 ? null : `It answered ${answer.status}`;
}

/** Text in which nothing means more to a chat than it says: no links, no calling everyone. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
