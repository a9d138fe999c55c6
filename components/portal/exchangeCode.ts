import "../zodInBrowser.ts";
import { PortalExchangeOut } from "../../lib/contract/access.ts";
import { ApplicationOut } from "../../lib/contract/application.ts";

export type PortalAccess = { applicationName: string; expiresAt: Date };

type ExchangeResult = { step: "open"; access: PortalAccess } | { step: "refused" } | { step: "failed"; detail: string };

const unreachable: ExchangeResult = {
  step: "failed",
  detail: "Webster could not be reached. Check your connection, then ask for a new link.",
};

/** Exchanges a link's code for a token, and uses the token to ask which application it opens. The token is not kept. */
export async function exchangeCode(code: string): Promise<ExchangeResult> {
  try {
    const exchange = await fetch("/api/v1/portal/exchange", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (!exchange.ok) return notOpened(exchange.status);
    const { token, applicationId, expiresAt } = PortalExchangeOut.parse(await exchange.json());

    const application = await fetch(`/api/v1/app/${applicationId}`, { headers: { authorization: `Bearer ${token}` } });
    if (!application.ok) return notOpened(application.status);
    const { name } = ApplicationOut.parse(await application.json());
    return { step: "open", access: { applicationName: name, expiresAt: new Date(expiresAt) } };
  } catch {
    return unreachable;
  }
}

function notOpened(status: number): ExchangeResult {
  if (status < 500 && status !== 429) return { step: "refused" };
  return { step: "failed", detail: `Webster answered with status ${status}. Ask for a new link in a moment.` };
}
