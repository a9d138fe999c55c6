/** One HTTP request of Webster's own to somebody else's URL, under the rules for addresses: checked before it is connected to. */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { proxyChecks, proxyFaultCode, proxyFor, serverNameOf, tunnelOptions } from "../../egress.ts";
import { env } from "../../env.ts";
import { resolveName, type Whose } from "../../names.ts";
import { isTlsFault } from "../../tlsFault.ts";
import { checkAddress, checkUrl, isAllowedHost, parseNetworks } from "../../webhooks/address.ts";

export type Outgoing = {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** For whom the request is made. */
  whose: Whose;
  /** The time for all of it together, answer included. */
  deadlineMs: number;
  /** The most that is kept of the response's body. */
  maximumBytes: number;
};

const maximumHeaderBytes = 65_536;
const upgradedCode = "UPGRADED";

/**
 * What came of a request. Reasons name no address. Once status and headers are there it is answered: a body that breaks off is
 * one that is not whole.
 */
export type Fetched =
  | { ok: true; status: number; headers: Record<string, string>; body: Buffer; isWhole: boolean; durationMs: number }
  | { ok: false; reason: string; durationMs: number };

/** Makes the request; never throws. No redirects, no proxy but WEBSTER_EGRESS_PROXY, TLS always verified. */
export async function fetchOutside(outgoing: Outgoing): Promise<Fetched> {
  const startedMs = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedMs);
  const allowedNetworks = parseNetworks(env().allowedNetworks);
  const checked = checkUrl(outgoing.url, { httpsOnly: env().httpsOnly, allowedNetworks, allowedHosts: env().allowedHosts });
  if (!checked.ok) return { ok: false, reason: checked.reason, durationMs: elapsed() };
  const signal = AbortSignal.timeout(outgoing.deadlineMs);
  try {
    const url = new URL(checked.url);
    const isCheckedElsewhere = proxyChecks() && proxyFor(url.hostname) !== null;
    const addresses = checked.literal !== null ? [checked.literal] : isCheckedElsewhere ? [] : await addressesOf(url.hostname, outgoing);
    if (
      !isAllowedHost(url.hostname, env().allowedHosts) &&
      addresses.some((address) => checkAddress(address, allowedNetworks) === "forbidden")
    )
      return { ok: false, reason: "The URL's host is at an address that is not allowed", durationMs: elapsed() };
    const response = await ask(url, addresses, outgoing, signal);
    const { body, isWhole } = await readCapped(response, outgoing.maximumBytes);
    return { ok: true, status: response.statusCode ?? 0, headers: headersOf(response), body, isWhole, durationMs: elapsed() };
  } catch (error) {
    return { ok: false, reason: reasonOf(error as NodeJS.ErrnoException, outgoing.deadlineMs), durationMs: elapsed() };
  }
}

const addressesOf = async (host: string, { whose, deadlineMs }: Outgoing): Promise<string[]> =>
  (await resolveName(host, whose, Math.min(deadlineMs, 2 * env().dnsTimeoutMs))).map(({ address }) => address);

function ask(url: URL, addresses: string[], { method, headers, body }: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const pinned: LookupFunction = (_host, options, callback) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (options.all === true) callback(null, known);
    else callback(null, known[0]?.address ?? "", known[0]?.family);
  };
  const framed = body === null ? headers : { ...headers, "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const make = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = make(
      url,
      {
        method,
        headers: framed,
        lookup: pinned,
        servername: serverNameOf(url.hostname),
        agent: false,
        signal,
        maxHeaderSize: maximumHeaderBytes,
        ...tunnelOptions(url, addresses[0], env().attemptTimeoutMs),
      },
      resolve,
    );
    // By itself Node.js would have the connection break off.
    request.on("upgrade", (_answer, socket) => {
      socket.destroy();
      reject(Object.assign(new Error("101"), { code: upgradedCode }));
    });
    request.on("error", reject);
    request.end(body ?? undefined);
  });
}

async function readCapped(response: IncomingMessage, maximumBytes: number): Promise<{ body: Buffer; isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isBroken = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, maximumBytes - bytes));
      bytes += chunk.length;
      if (bytes > maximumBytes) break;
    }
  } catch {
    isBroken = true;
  }
  return { body: Buffer.concat(chunks), isWhole: !isBroken && bytes <= maximumBytes };
}

const headersOf = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]));

function reasonOf(error: NodeJS.ErrnoException, deadlineMs: number): string {
  const { name, code = "" } = error;
  if (name === "TimeoutError" || code === "ABORT_ERR" || code === "ETIMEDOUT") return `No answer within ${deadlineMs / 1000} seconds`;
  if (code === "ENOTFOUND") return "The name does not exist";
  if (code === "EAI_AGAIN") return "The name could not be resolved at the moment";
  if (code === "ECONNREFUSED") return "The connection was refused: nothing listens at this port";
  if (code === proxyFaultCode) return "The proxy by which requests leave this server did not let it through, or can't be reached";
  if (code.startsWith("HPE_")) return "The answer was not HTTP";
  if (code === upgradedCode) return "The answer went over to another protocol (101), which nobody had asked for";
  if (code === "ECONNRESET") return "The connection broke off before the answer";
  if (isTlsFault(code)) return "There is no trusted TLS connection to it";
  return "The host can't be reached";
}
