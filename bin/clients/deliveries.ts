/** Real deliveries as cases for a client's verification: as they came, and as they must not pass. */
import type { VerificationCase } from "./client.ts";
import { type Ask, eventually } from "./fixtures.ts";
import type { Delivery } from "./recorder.ts";

export type ExpectedCase = VerificationCase & { valid: boolean };

const otherSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

/** Of the application that fixtures.ts makes as `signedApp`, once a message has come to each of its endpoints. */
export async function casesOf(applicationId: string, ask: Ask, delivered: Delivery[]): Promise<ExpectedCase[]> {
  const endpoints = (await ask("GET", `/api/v1/app/${applicationId}/endpoint`))["data"] as { id: string; url: string }[];
  const cases: ExpectedCase[] = [];
  for (const { id, url } of endpoints) {
    const { pathname } = new URL(url);
    const delivery = await eventually(() => delivered.find(({ path }) => path === pathname));
    const secret = String((await ask("GET", `/api/v1/app/${applicationId}/endpoint/${id}/secret`))["key"]);
    cases.push(...casesOfDelivery(pathname.split("/").at(-1) ?? "", secret, delivery));
  }
  return cases;
}

function casesOfDelivery(style: string, secret: string, delivery: Delivery): ExpectedCase[] {
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  );
  const prefix = headers["svix-id"] === undefined ? "webhook" : "svix";
  const body = delivery.body.toString("base64");
  const as = (name: string, valid: boolean, change: Partial<VerificationCase>): ExpectedCase => ({
    name: `${style}: ${name}`,
    secret,
    headers,
    body,
    valid,
    ...change,
  });
  const later = String(Number(headers[`${prefix}-timestamp`]) + 1);
  return [
    as("as it came", true, {}),
    as("another byte in the body", false, { body: Buffer.concat([delivery.body, Buffer.from(" ")]).toString("base64") }),
    as("another id", false, { headers: { ...headers, [`${prefix}-id`]: "msg_other" } }),
    as("another moment", false, { headers: { ...headers, [`${prefix}-timestamp`]: later } }),
    as("another secret", false, { secret: otherSecret }),
    as("no signature", false, { headers: { ...headers, [`${prefix}-signature`]: "" } }),
  ];
}
