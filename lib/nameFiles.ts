/** What this machine's own files say of names: /etc/hosts (hosts(5)) and the search list of /etc/resolv.conf (resolv.conf(5)). */
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

export type NameFiles = {
  /** Addresses by name in lower case. */
  hosts: Map<string, string[]>;
  /** The search list: domains in which a short name may lie. */
  search: string[];
};

const freshMs = 5_000;

let read: { files: Promise<NameFiles>; atMs: number } | null = null;

/** The files' content, at most a few seconds old. Never throws: a file that can't be read counts as empty. */
export function nameFiles(): Promise<NameFiles> {
  const nowMs = performance.now();
  if (read === null || nowMs - read.atMs > freshMs) read = { files: readFiles(), atMs: nowMs };
  return read.files;
}

async function readFiles(): Promise<NameFiles> {
  const [hosts, resolv] = await Promise.all(["/etc/hosts", "/etc/resolv.conf"].map((path) => readFile(path, "utf8").catch(() => "")));
  return { hosts: parseHosts(hosts ?? ""), search: parseSearch(resolv ?? "") };
}

export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = (line.split("#", 1)[0] ?? "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) {
      const known = hosts.get(name);
      if (known === undefined) hosts.set(name, [address]);
      else if (!known.includes(address)) known.push(address);
    }
  }
  return hosts;
}

/** The search list in a resolv.conf; the last line of its kind counts. */
export function parseSearch(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const last = lines.findLast(([keyword]) => keyword === "search" || keyword === "domain");
  return (last ?? []).slice(1).map((domain) => domain.replace(/\.$/, "").toLowerCase());
}
