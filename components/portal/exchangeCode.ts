import { api, ApiError } from "../api.ts";

/** `unkept`: the browser did not keep the cookie, as in a frame of another site over plain http. */
export type Exchanged = { step: "open" } | { step: "refused" } | { step: "unkept" } | { step: "failed"; detail: string };

/** Exchanges a link's code for the cookie that the portal's pages come with. No script ever has the token. */
export async function exchangeCode(code: string): Promise<Exchanged> {
  try {
    await api.post("/portal/session", { body: { code } });
    return (await isKept()) ? { step: "open" } : { step: "unkept" };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, detail } = error;
    if (status >= 400 && status < 500 && status !== 429) return { step: "refused" };
    return { step: "failed", detail: status === 0 ? detail : `The portal answered with status ${status}. Ask for a new link in a moment.` };
  }
}

async function isKept(): Promise<boolean> {
  try {
    await api.get("/portal/session");
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    throw error;
  }
}
