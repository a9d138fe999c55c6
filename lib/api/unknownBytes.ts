/**
 * How much is read for callers of whom nothing is known: little each, little for one network, and little all together, so that
 * nobody without a name can have the memory of those who have one, nor the room of the others without a name.
 */
import { AppError } from "../errors.ts";
import { singleton } from "../singleton.ts";

/** Room for a token, a password and a few names. */
export const unknownBodyBytes = 16_384;
const togetherBytes = 4 * 1024 * 1024;
/** An eighth: slow senders of eight networks are needed to fill the whole. */
const networkBytes = togetherBytes / 8;

type UnderWay = { bytes: number; ofNetwork: Map<string, number> };
const underWay = (): UnderWay => singleton("unknownBytes", () => ({ bytes: 0, ofNetwork: new Map() }));

/** Runs `read` while there is room for one more of this network (an address, or a /64). Throws `unavailable` if there is none. */
export async function withRoom<T>(network: string, read: () => Promise<T>): Promise<T> {
  const state = underWay();
  const own = state.ofNetwork.get(network) ?? 0;
  if (state.bytes + unknownBodyBytes > togetherBytes || own + unknownBodyBytes > networkBytes)
    throw new AppError("unavailable", "Too many requests of callers that are not signed in; try again", { retryAfterSeconds: 1 });
  take(state, network, unknownBodyBytes);
  try {
    return await read();
  } finally {
    take(state, network, -unknownBodyBytes);
  }
}

function take(state: UnderWay, network: string, bytes: number): void {
  state.bytes += bytes;
  const own = (state.ofNetwork.get(network) ?? 0) + bytes;
  if (own === 0) state.ofNetwork.delete(network);
  else state.ofNetwork.set(network, own);
}
