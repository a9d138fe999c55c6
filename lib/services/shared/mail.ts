/** Mail, where WEBSTER_SMTP_URL is set. */
import type { Transporter } from "nodemailer";
import { env } from "../../env.ts";
import { InTurn } from "../../inTurn.ts";
import { log } from "../../log.ts";
import { singleton } from "../../singleton.ts";
import { minuteMs } from "../../words/duration.ts";

/** `tenant`: of what many want mails to be sent at once, whose turn it is: an organization's id, or what nobody else has. */
export type Mail = { to: string; subject: string; text: string; tenant: string };

/** Whether the text looks like an address. Whether it exists only a mail can tell; this catches what is plainly something else. */
export const isEmail = (text: string): boolean => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text.trim());

export const canMail = (): boolean => env().mail !== null;

/** Mail servers take a few connections of one client at a time, and refuse the mails of all others. */
const most = { together: 8, perTenant: 4, perOwner: 4 };
const turns = (): InTurn =>
  singleton("turns of mails", () => new InTurn({ most: () => most, waitingOfTenant: 1_000, waiting: 10_000, patienceMs: minuteMs }));

/** Sends a mail, and answers whether it was handed over. A mail server's failure is told to the log, never to who asked. */
export async function sendMail({ to, subject, text, tenant }: Mail): Promise<boolean> {
  const { mail } = env();
  if (mail === null) return false;
  const send = (server: Transporter, signal: AbortSignal): Promise<unknown> =>
    // The address as an object, so that nothing in it can name further recipients.
    server.sendMail({ from: mail.from, to: { name: "", address: to }, subject, text, signal });
  try {
    return await turns().run({ tenant, owner: to }, () =>
      noted(mail.smtpUrl, (server) => withinDeadline((signal) => send(server, signal))),
    );
  } catch (error) {
    log.warn({ error: (error as Error).message }, "mail.too_many");
    return false;
  }
}

/** `takesMail` null, `at` null: it has not been asked yet. */
export type MailServer = { takesMail: boolean | null; at: Date | null };

const freshMs = 60_000;

/**
 * What the mail server said when this process last asked it, by a mail or by this: where that was a minute ago, it is asked again,
 * and nobody waits for it. Null: none is set.
 */
export function mailServer(): MailServer | null {
  const { mail } = env();
  if (mail === null) return null;
  const known = lastSaid(mail.smtpUrl);
  if (!known.isBeingAsked && Date.now() - (known.at?.getTime() ?? 0) > freshMs) {
    known.isBeingAsked = true;
    void noted(mail.smtpUrl, (server) => server.verify()).finally(() => (known.isBeingAsked = false));
  }
  return { takesMail: known.takesMail, at: known.at };
}

const lastSaid = (smtpUrl: string): MailServer & { isBeingAsked: boolean } =>
  singleton(`mail server ${smtpUrl}`, () => ({ takesMail: null, at: null, isBeingAsked: false }));

/** Asks the mail server, notes whether it took that, and answers it. */
async function noted(smtpUrl: string, ask: (server: Transporter) => Promise<unknown>): Promise<boolean> {
  const known = lastSaid(smtpUrl);
  const note = (takesMail: boolean): void => void Object.assign(known, { takesMail, at: new Date() });
  try {
    await ask(await transport(smtpUrl));
    note(true);
    return true;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    log.warn({ error: message }, "mail.failed");
    // One address that it does not take says nothing about the others.
    if (code !== "EENVELOPE") note(false);
    return false;
  }
}

const timeoutMs = 10_000;
/** For all of a mail: a server that says something now and then is never silent for long. */
const deadlineMs = 30_000;

async function withinDeadline<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const timer = setTimeout(
    () => ending.abort(new Error(`The mail server has not taken it within ${deadlineMs / 1000} seconds`)),
    deadlineMs,
  );
  try {
    return await work(ending.signal);
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const transport = (smtpUrl: string): Promise<Transporter> =>
  singleton(`mail ${smtpUrl}`, async () => {
    // With the first mail: no start waits for it.
    const { createTransport } = await import("nodemailer");
    return createTransport({ url: smtpUrl, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs });
  });
