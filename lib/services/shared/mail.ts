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
  try {
    // The address as an object, so that nothing in it can name further recipients.
    await (await transport(mail.smtpUrl)).sendMail({ from: mail.from, to: { name: "", address: to }, subject, text });
    return true;
  } catch (error) {
    log.warn({ error: (error as Error).message }, "mail.failed");
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
