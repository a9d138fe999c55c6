/** `webster verify`: whether a request from a file is signed with a secret, and if not, why. Nothing leaves this machine. */
import type { ProviderConfig, ProviderKind } from "../../lib/webhooks/verification.ts";
import { CliError, type Io, print, readAll } from "./io.ts";
import { given } from "./target.ts";
import { type FiledRequest, readGiven, readRequest } from "./requestFile.ts";

export type VerifyOptions = {
  secret?: string[];
  secretFile?: string;
  provider: ProviderKind;
  setting?: string[];
  url?: string;
  at?: string;
};

/** Says whether the signature holds; resolves to that. */
export async function verify(file: string, options: VerifyOptions, io: Io): Promise<boolean> {
  const { claimedTimeMs, hasSecretField, isProviderKind, verifyRequest } = await import("../../lib/webhooks/verification.ts");
  const secrets = await secretsOf(file, options, io);
  if (secrets.length === 0 && hasSecretField(options.provider))
    throw new CliError(
      "There is no secret to verify with.",
      "Set WEBHOOK_SECRET, or give --secret-file FILE: an argument would stand in the shell's history.",
    );
  const config: ProviderConfig = { secrets, settings: settingsOf(options.setting ?? []) };
  const request = await readRequest(file, options.url, io);
  const madeMs = isProviderKind(options.provider) ? claimedTimeMs(options.provider, config, request) : null;
  const nowMs = options.at === undefined ? (madeMs ?? Date.now()) : momentOf(options.at);
  const result = verifyRequest(options.provider, config, request, nowMs);
  if (result.ok) {
    print(io, `The signature holds.${madeMs === null ? "" : ` It was made at ${new Date(madeMs).toISOString()}.`}`);
    return true;
  }
  print(io, `The signature does not hold: ${result.detail}`);
  const { diagnose } = await import("../../lib/webhooks/doctor.ts");
  for (const { explanation, fix, reproduced } of diagnose(options.provider, config, request, nowMs))
    print(io, `\n${reproduced ? "Found" : "Perhaps"}: ${explanation}\n  ${fix}`);
  const asSent = withoutLastLineBreak(request);
  if (asSent !== null && verifyRequest(options.provider, config, asSent, nowMs).ok)
    print(
      io,
      "\nIf an editor saved the file, the line break behind the body is its own, and the signature is right. A Content-Length among the headers, as it was sent, says where the body ends.",
    );
  return false;
}

/** The request, if the last line break of its file may be an editor's. */
function withoutLastLineBreak(request: FiledRequest): FiledRequest | null {
  const { body, endsWithFile } = request;
  if (!endsWithFile || body.at(-1) !== 10) return null;
  return { ...request, body: body.subarray(0, body.at(-2) === 13 ? -2 : -1) };
}

async function secretsOf(file: string, { secret = [], secretFile }: VerifyOptions, io: Io): Promise<string[]> {
  const ofEnvironment = given(io, "WEBHOOK_SECRET");
  const read = secretFile === undefined ? [] : linesOf(await readGiven(secretFile, io));
  const named = [...secret, ...read];
  if (named.length > 0) return named;
  if (ofEnvironment !== undefined) return [ofEnvironment];
  return file !== "-" && io.stdin.isTTY !== true ? linesOf(await readAll(io.stdin)) : [];
}

const linesOf = (bytes: Buffer): string[] =>
  bytes
    .toString()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function settingsOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CliError(`"${pair}" is no setting.`, "Give it as --setting name=value");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function momentOf(text: string): number {
  const moment = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(moment)) throw new CliError(`"${text}" is no moment.`, "Give it as --at 2026-01-31T12:00:00Z, or in seconds since 1970");
  return moment;
}
