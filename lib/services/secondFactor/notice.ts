/** Mails about one's second factor. Not waited for: a change stands, whether mail goes out or not. */
import { sendMail } from "../shared/mail.ts";

export function tell(to: string, what: string): void {
  const text = `${what}\n\nIf it was not you, change your password, look at Profile, Security, and tell an admin of your organization.\n`;
  void sendMail({ to, subject: "Your second factor at Webster", text, tenant: "second factors" });
}
