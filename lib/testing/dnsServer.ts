/** A name server that answers as a test says, on this machine alone. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode, type Answer } from "dns-packet";

/** Addresses of a name; `silent`: no answer, ever; `failing`: SERVFAIL. What is not listed does not exist. */
export type Zone = Record<string, string[] | "silent" | "failing">;

export type DnsServer = {
  /** The server's address, for useNameServers. */
  address: string;
  /** Every name that was asked for, each time that it was. */
  asked: string[];
  close(): void;
};

const rcodes = { failing: 2, missing: 3, none: 0 };

export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (packet, from) => {
    const { id, questions = [] } = decode(packet);
    const [question] = questions;
    if (question === undefined) return;
    const { name, type } = question;
    asked.push(name);
    const known = Object.hasOwn(zone, name) ? zone[name] : undefined;
    if (known === "silent") return;
    const addresses = Array.isArray(known) ? known.filter((address) => address.includes(":") === (type === "AAAA")) : [];
    const answers = addresses.map((data): Answer => ({ type: type === "AAAA" ? "AAAA" : "A", name, ttl: 1, data }));
    const rcode = known === "failing" ? rcodes.failing : known === undefined ? rcodes.missing : rcodes.none;
    // The flags' lowest bits say how it went (RFC 1035, section 4.1.1).
    const flags = 0x0100 | rcode;
    socket.send(encode({ type: "response", ...(id === undefined ? {} : { id }), flags, questions, answers }), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, asked, close: () => void socket.close() };
}
