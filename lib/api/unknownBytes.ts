/**
 * How much is read for callers of whom nothing is known: little each, and little all together, so that nobody without a name
 * can have the memory of those who have one.
 */
import { AppError } from "../errors.ts";
import { singleton } from "../singleton.ts";

/** Room for a token, a password and a few names. */
export const unknownBodyBytes = 16_384;
const togetherBytes = 4 * 1024 * 1024;

const underWay = (): { bytes: number } => singleton("unknownBytes", () => ({ bytes: 0 }));

/** Runs `read` while there is room for one more. Throws `unavailable` if there is none. */
export async function withRoom<T>(read: () => Promise<T>): Promise<T> {
  const state = underWay();
  if (state.bytes + unknownBodyBytes > togetherBytes)
    throw new AppError("unavailable", "Too many requests of callers that are not signed in; try again", { retryAfterSeconds: 1 });
  state.bytes += unknownBodyBytes;
  try {
    return await read();
  } finally {
    state.bytes -= unknownBodyBytes;
  }
}
