/** What makes something, and makes nothing more when it is asked for again after its answer was lost. */
import { api, ApiError, environmentOf, type OptionsWithBody } from "./api.ts";

/** Of what was asked and not answered: its Idempotency-Key. */
const unanswered = new Map<string, string>();

const newKey = (): string => crypto.getRandomValues(new Uint8Array(16)).join("-");

/** Sent, and no answer of Webster's came, which has a code: it may have been done. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || (error.status >= 500 && error.code === "unknown"));

/** As `api.post`. The same again after its answer was lost has the first one's answer. */
export async function create<T>(path: string, options: OptionsWithBody = {}): Promise<T> {
  const asked = JSON.stringify([environmentOf(window.location.pathname), path, options]);
  const key = unanswered.get(asked) ?? newKey();
  unanswered.set(asked, key);
  try {
    const answer = await api.post<T>(path, { ...options, key });
    unanswered.delete(asked);
    return answer;
  } catch (error) {
    // A server's fault is not always known to have stopped it, and the API keeps the answer of no key but what was made.
    if (error instanceof ApiError && error.status && error.status < 500) unanswered.delete(asked);
    throw error;
  }
}
