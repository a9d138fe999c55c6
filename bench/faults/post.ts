/** The load: each line posts one message after the other, and each until it is accepted, as a careful client does. */
import { createHmac } from "node:crypto";
import type { Posted } from "./check.ts";
import { hashOf, payloadOf, secretOf, type Tenant } from "./scene.ts";

/** The place where a tenant's messages come in. endpoints: names by id. */
export type Entrance = { tenant: Tenant; applicationId: string; path: string; endpoints: Map<string, string> };

type Posting = {
  stop(): Promise<{
    posted: Posted[];
    /** Answers that no client should get. */
    strange: string[];
    /** The moment when each id was first asked for, ms. */
    times: Map<string, number>;
  }>;
};

const answerWithinMs = 5_000;

export function post(entrances: Entrance[], { url, apiKey }: { url: string; apiKey: string }): Posting {
  const posted: Posted[] = [];
  const strange: string[] = [];
  const times = new Map<string, number>();
  const stopping = new AbortController();

  const runLine = async (entrance: Entrance, line: string): Promise<void> => {
    const { tenant } = entrance;
    for (let number = 0; !stopping.signal.aborted; number++) {
      const key = `${line}-${number}`;
      const request = tenant.entrance === "api" ? toApi(apiKey, key, tenant.order === "key" ? line : null) : toSource(tenant.name, key);
      const startedAtMs = Date.now();
      const ids = [await untilAccepted(url + entrance.path, request, strange)];
      // One message in ten is asked for again: the answer must be the same.
      if (number % 10 === 0) ids.push(await untilAccepted(url + entrance.path, request, strange));
      const known = ids.filter((id) => id !== "");
      for (const id of known) times.set(id, startedAtMs);
      posted.push({ tenant: tenant.name, ids: known, hash: hashOf(payloadOf(key)), line, number });
      await new Promise((resolve) => setTimeout(resolve, tenant.pauseMs));
    }
  };
  const lines = entrances.flatMap((entrance) =>
    Array.from({ length: entrance.tenant.lines }, (_, n) => runLine(entrance, `${entrance.tenant.name}-${n}`)),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(lines);
      return { posted, strange, times };
    },
  };
}

type Request = { headers: Record<string, string>; body: string };

function toApi(apiKey: string, key: string, orderingKey: string | null): Request {
  const ordering = orderingKey === null ? "" : `"orderingKey":"${orderingKey}",`;
  return {
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", "idempotency-key": key },
    body: `{"eventType":"cafe.closed",${ordering}"payload":${payloadOf(key)}}`,
  };
}

function toSource(tenant: string, key: string): Request {
  const body = payloadOf(key);
  const signature = createHmac("sha256", secretOf(tenant)).update(body).digest("hex");
  return {
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": key,
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  };
}

/** Resolves to the message's id; "" where the answer does not tell it. */
async function untilAccepted(url: string, request: Request, strange: string[]): Promise<string> {
  for (;;) {
    try {
      const response = await fetch(url, { method: "POST", ...request, signal: AbortSignal.timeout(answerWithinMs) });
      const text = await response.text();
      if (response.ok) return /"id":"(msg_\w+)"/.exec(text)?.[1] ?? "";
      if (response.status !== 503) strange.push(`POST ${new URL(url).pathname} was answered ${response.status} ${text.slice(0, 300)}`);
      else if (response.headers.get("retry-after") === null) strange.push("503 without Retry-After");
    } catch {
      // The server was killed, or is not yet up again: whether it accepted the message, nobody knows.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
