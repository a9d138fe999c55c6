/**
 * Asks for what answers with the session's cookie, one request at a time in all tabs of the browser: an answer that was still under
 * way would put the session of before in the place of one that has begun since. Browsers offer no locks to pages without HTTPS.
 */
export const askAlone = <T>(ask: () => Promise<T>): Promise<T> =>
  typeof navigator === "object" && "locks" in navigator ? navigator.locks.request("webster-session", ask) : ask();
