/**
 * How much is read for callers of whom nothing is known, by the API and by pages: little each, little for one network, and little
 * all together, so that nobody without a name can have the memory of those who have one, nor the room of the others without one.
 */
import { AppError } from "../errors.ts";
import { networkOfCaller } from "../networks.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";

/** The most that one body may have: room for a token, a password and a few names. */
export const unknownBodyBytes = 16_384;
const togetherBytes = 4 * 1024 * 1024;
/** Slow senders of so many networks are needed to fill the whole. */
const networks = 8;
/** A process of several has its part of it, with room for one body of each of them. */
const bounds = (): { together: number; network: number } => {
  const together = shareOf(togetherBytes, networks * unknownBodyBytes);
  return { together, network: together / networks };
};

type UnderWay = { bytes: number; ofNetwork: Map<string, number> };
const underWay = (): UnderWay => singleton("unknownBytes", () => ({ bytes: 0, ofNetwork: new Map() }));

/** Takes room for a body of a caller at an address (null: not known). Answers how to give it back, once; null: there is none. */
export function takeRoom(ip: string | null, bytes: number): (() => void) | null {
  const network = networkOfCaller(ip);
  const state = underWay();
  const most = bounds();
  if (state.bytes + bytes > most.together || (state.ofNetwork.get(network) ?? 0) + bytes > most.network) return null;
  add(state, network, bytes);
  return () => add(state, network, -bytes);
}

/** Runs `read` while there is room for a body of the greatest size. Throws `unavailable` if there is none. */
export async function withRoom<T>(ip: string | null, read: () => Promise<T>): Promise<T> {
  const giveBack = takeRoom(ip, unknownBodyBytes);
  if (giveBack === null)
    throw new AppError("unavailable", "Too many requests of callers that are not signed in; try again", { retryAfterSeconds: 1 });
  try {
    return await read();
  } finally {
    giveBack();
  }
}

function add(state: UnderWay, network: string, bytes: number): void {
  state.bytes += bytes;
  const own = (state.ofNetwork.get(network) ?? 0) + bytes;
  if (own === 0) state.ofNetwork.delete(network);
  else state.ofNetwork.set(network, own);
}
