/** Mail, where WEBSTER_SMTP_URL is set. */
import type { Transporter } from "nodemailer";
import { env } from "../../env.ts";
import { log } from "../../log.ts";
import { singleton } from "../../singleton.ts";

export type Mail = { to: string; subject: string; text: string };

/** Whether the text looks like an address. Whether it exists only a mail can tell; this catches what is plainly something else. */
export const isEmail = (text: string): boolean => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text.trim());

export const canMail = (): boolean => env().mail !== null;

/** Sends a mail, and answers whether it was handed over. A mail server's failure is told to the log, never to who asked. */
export async function sendMail({ to, subject, text }: Mail): Promise<boolean> {
  const { mail } = env();
  if (mail === null) return false;
  // The address as an object, so that nothing in it can name further recipients.
  return noted(mail.smtpUrl, (server) => server.sendMail({ from: mail.from, to: { name: "", address: to }, subject, text }));
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

const transport = (smtpUrl: string): Promise<Transporter> =>
  singleton(`mail ${smtpUrl}`, async () => {
    // With the first mail: no start waits for it.
    const { createTransport } = await import("nodemailer");
    return createTransport({ url: smtpUrl, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs });
  });
