/** What a Webster must do wherever it runs: take messages, deliver them, list them. For the proofs. */
import { startReceiver } from "../../lib/testing/receiver.ts";

export const proofKey = "a-key-of-proofs-0123456789";

/** The settings with which a Webster takes `exercise`. */
export const proofSettings = {
  WEBSTER_SECRET: "a master secret for proofs, no other use",
  WEBSTER_BOOTSTRAP_API_KEY: proofKey,
  WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
  WEBSTER_HTTPS_ONLY: "false",
};

export const callApi = async (url: string, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${proofKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Sends so many messages; answers how many were accepted, arrived, and are listed as succeeded. */
export async function exercise(url: string, messages: number): Promise<{ accepted: number; arrived: number; listed: number }> {
  const receiver = await startReceiver();
  const app = `app-${crypto.randomUUID()}`;
  try {
    await callApi(url, "POST", "/app", { name: app, uid: app });
    await callApi(url, "POST", `/app/${app}/endpoint`, { url: `${receiver.url}/` });
    const posts = Array.from({ length: messages }, () => callApi(url, "POST", `/app/${app}/msg`, { eventType: "t", payload: { n: 1 } }));
    const accepted = (await Promise.all(posts)).filter(({ status }) => status === 202).length;
    const arrived = (await receiver.waitForHits(accepted, 30_000)).length;
    const deadline = performance.now() + 20_000;
    for (;;) {
      const answer = await callApi(url, "GET", `/delivery?application_id=${app}&status=succeeded&limit=100`);
      const listed = ((await answer.json()) as { data?: unknown[] }).data?.length ?? 0;
      if (listed >= Math.min(messages, 100) || performance.now() > deadline) return { accepted, arrived, listed };
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await receiver.close();
  }
}

/** Tells the outcome of one part of a proof, and makes the program fail if it is not what it should be. */
export function judge(part: string, is: unknown, should: unknown): void {
  const fine = JSON.stringify(is) === JSON.stringify(should);
  console.log(`${fine ? "✓" : "✗"} ${part}: ${JSON.stringify(is)}${fine ? "" : `, not ${JSON.stringify(should)}`}`);
  if (!fine) process.exitCode = 1;
}
