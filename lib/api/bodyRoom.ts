/** How much of what callers send is under way at once: read, and kept until it is answered. */
import { AppError } from "../errors.ts";
import { Room } from "../room.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";
import type { Whose } from "../turns.ts";

const wholeBytes = 256 * 1024 * 1024;
/** A process of several has its part, with room for a few of the largest bodies. */
const leastBytes = 128 * 1024 * 1024;
/** What a request costs beside its body. */
const requestBytes = 4_096;

const room = (): Room => singleton("bodyRoom", () => new Room(() => shareOf(wholeBytes, leastBytes)));

/** The place of one request. */
export class BodyPlace {
  readonly whose: Whose;
  #bytes = 0;

  constructor(whose: Whose) {
    this.whose = whose;
    this.take(requestBytes);
  }

  /** Takes room for so many bytes more. Throws AppError `unavailable` if there is none: of that every SDK tries again. */
  take(bytes: number): void {
    const refused = room().take(this.whose, bytes);
    const what = refused === "flooded" ? "Too much of what you send" : "Too much";
    if (refused !== null) throw new AppError("unavailable", `${what} is under way at the same time; try again`, { retryAfterSeconds: 1 });
    this.#bytes += bytes;
  }

  leave(): void {
    room().leave(this.whose, this.#bytes);
    this.#bytes = 0;
  }
}

/** Runs something with a place of its own, until it is done. */
export async function withPlace<T>(whose: Whose, run: (place: BodyPlace) => Promise<T>): Promise<T> {
  const place = new BodyPlace(whose);
  try {
    return await run(place);
  } finally {
    place.leave();
  }
}
