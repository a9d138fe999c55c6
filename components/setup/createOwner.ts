import { api, ApiError } from "../api.ts";
import { type Faults, faultsOf } from "../form/faults.ts";

/** The owner's answers to the form. */
export type Owner = { organizationName: string; email: string; password: string };

export const blank: Owner = { organizationName: "", email: "", password: "" };

const advice: Record<keyof Owner, string> = {
  organizationName: "Enter a name for the organization.",
  email: "Enter an e-mail address, such as ada@example.com.",
  password: "Enter a password of 12 to 256 characters.",
};

const inputOf = (token: string, owner: Owner) => ({
  token,
  email: owner.email.trim(),
  password: owner.password,
  organizationName: owner.organizationName.trim(),
});

/** The fields that the API would refuse. */
export const ownerFaults = (token: string, owner: Owner): Promise<Faults> =>
  faultsOf(async () => (await import("../../lib/contract/setup.ts")).SetupIn, inputOf(token, owner), advice);

/** Whether the link is used or expired. A server that can't say so is asked again by the form. */
export const isSpent = (token: string): Promise<boolean> => api.post("/setup/show", { body: { token } }).then(() => false, saysSpent);

/** The new owner's API key. Null: the link is spent. Rejects with what else the API refuses with. */
export async function createOwner(token: string, owner: Owner): Promise<string | null> {
  try {
    return (await api.post<{ apiKey: string }>("/setup", { body: inputOf(token, owner) })).apiKey;
  } catch (error) {
    if (saysSpent(error)) return null;
    throw error;
  }
}

// Unknown, used or expired: the API need not tell which.
const spentStatuses = new Set([401, 403, 404, 409, 410]);

const saysSpent = (error: unknown): boolean => error instanceof ApiError && spentStatuses.has(error.status);
