import "../zodInBrowser.ts";
import { SetupIn, SetupOut } from "../../lib/contract/setup.ts";
import { HttpErrorOut, HTTPValidationError } from "../../lib/contract/shared.ts";

/** The owner's answers to the form. */
export type Owner = { organizationName: string; email: string; password: string };

type FieldFault = { name: keyof Owner; message: string };

export type SetupFault = { detail: string | null; fields: FieldFault[] };

type SetupResult = { kind: "created"; apiKey: string } | { kind: "spent" } | { kind: "failed"; fault: SetupFault };

// Advice for each field, in the order of the form.
const advice: Record<keyof Owner, string> = {
  organizationName: "Enter a name for the organization.",
  email: "Enter an e-mail address, such as ada@example.com.",
  password: "Enter a password of 12 to 256 characters.",
};

/** The fields that the API would refuse. */
export function fieldFaults(token: string, owner: Owner): FieldFault[] {
  const parsed = SetupIn.safeParse({ token, ...owner });
  return parsed.success ? [] : faultsOf(parsed.error.issues.map((issue) => issue.path.at(-1)));
}

/** Whether the link is used or expired. A server that can't say so is asked again by the form. */
export async function isSpent(token: string): Promise<boolean> {
  const response = await post("/api/v1/setup/show", { token });
  return response !== null && spentStatuses.has(response.status);
}

/** One call, one outcome; nothing is thrown. */
export async function createOwner(token: string, owner: Owner): Promise<SetupResult> {
  const response = await post("/api/v1/setup", { token, ...owner });
  if (response === null) return failed("Webster could not be reached. Check that it is still running, then try again.");
  const answer: unknown = await response.json().catch(() => null);
  const created = SetupOut.safeParse(answer);
  if (response.ok && created.success) return { kind: "created", apiKey: created.data.apiKey };
  if (spentStatuses.has(response.status)) return { kind: "spent" };

  const invalid = HTTPValidationError.safeParse(answer);
  const fields = invalid.success ? faultsOf(invalid.data.detail.map(({ loc }) => loc.at(-1))) : [];
  if (fields.length > 0) return { kind: "failed", fault: { detail: null, fields } };
  const refused = HttpErrorOut.safeParse(answer);
  return failed(refused.success ? refused.data.detail : `Webster answered with status ${response.status}. Its log says why; try again.`);
}

/** Posts to the API. Null: it could not be reached. */
const post = (path: string, body: object): Promise<Response | null> =>
  fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);

// Unknown, used or expired: the API need not tell which.
const spentStatuses = new Set([401, 403, 404, 409, 410]);

const failed = (detail: string): SetupResult => ({ kind: "failed", fault: { detail, fields: [] } });

const faultsOf = (names: unknown[]): FieldFault[] =>
  (Object.keys(advice) as (keyof Owner)[]).filter((name) => names.includes(name)).map((name) => ({ name, message: advice[name] }));
