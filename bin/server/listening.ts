/** Whether a server can listen; if not, why, and what to do. */
import { createServer } from "node:net";
import { startCommand } from "../../lib/commands.ts";
import { StartError } from "../../lib/db/startError.ts";

/** Listens for a moment. Rejects with what the system says. */
export const probePort = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });

export function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartError(
        `Port ${port} on ${host} is in use by another program.`,
        `Stop that one, or take another port: ${startCommand(`PORT=${port + 1}`)}`,
      );
    case "EACCES":
      return new StartError(
        `This user may not listen on port ${port}.`,
        "Take a port above 1023, such as PORT=3000, and put a proxy in front.",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        `HOST=${host} is not an address of this machine.`,
        "Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (every network).",
      );
    case undefined:
    default:
      return error;
  }
}
