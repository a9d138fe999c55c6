/** Real deliveries as cases for a client's verification: as they came, and as they must not pass. */
import type { VerificationCase } from "./client.ts";
import { type Ask, eventually, secretBeforeRotation } from "./fixtures.ts";
import type { Delivery } from "./recorder.ts";

export type ExpectedCase = VerificationCase & { valid: boolean };

const otherSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

/** The cases of the application that fixtures.ts makes as `signedApp`, once a message has come to each of its endpoints. */
export async function casesOf(applicationId: string, ask: Ask, delivered: Delivery[]): Promise<ExpectedCase[]> {
  const endpoints = (await ask("GET", `/api/v1/app/${applicationId}/endpoint`))["data"] as { id: string; url: string }[];
  const cases: ExpectedCase[] = [];
  for (const { id, url } of endpoints) {
    const { pathname } = new URL(url);
    const delivery = await eventually(() => delivered.find(({ path }) => path === pathname));
    const secret = String((await ask("GET", `/api/v1/app/${applicationId}/endpoint/${id}/secret`))["key"]);
    const headers = textHeaders(delivery);
    for (const prefix of prefixes.filter((one) => headers[`${one}-id`] !== undefined))
      cases.push(...casesOfDelivery(`${pathname.split("/").at(-1)}, ${prefix}-*`, prefix, secret, { ...delivery, headers }));
  }
  return cases;
}

/** Headers of both names may be in a delivery, and a library may look for either: each is tried alone. */
const prefixes = ["webhook", "svix"];

function textHeaders({ headers }: Delivery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  );
}

type Received = { headers: Record<string, string>; body: Buffer };

function casesOfDelivery(title: string, prefix: string, secret: string, { headers: all, body }: Received): ExpectedCase[] {
  const others = prefixes.filter((other) => other !== prefix);
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => !others.some((other) => name.startsWith(`${other}-`))));
  const delivered = { secret, headers, body: body.toString("base64") };
  const as = (name: string, valid: boolean, change: Partial<VerificationCase>): ExpectedCase => ({
    name: `${title}: ${name}`,
    ...delivered,
    valid,
    ...change,
  });
  const withHeader = (name: string, value: string) => ({ headers: { ...headers, [`${prefix}-${name}`]: value } });
  return [
    as("as it came", true, {}),
    as("the secret before the rotation", title.startsWith("rotated"), { secret: secretBeforeRotation }),
    as("another byte in the body", false, { body: Buffer.concat([body, Buffer.from(" ")]).toString("base64") }),
    as("another id", false, withHeader("id", "msg_other")),
    as("another moment", false, withHeader("timestamp", String(Number(headers[`${prefix}-timestamp`]) + 1))),
    as("another secret", false, { secret: otherSecret }),
    as("no signature", false, withHeader("signature", "")),
  ];
}
