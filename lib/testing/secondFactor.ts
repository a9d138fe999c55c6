/** People's second factors in tests: the codes of their apps, and a clock for them. */
import { Secret, TOTP } from "otpauth";
import { pool } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import { newId } from "../ids.ts";
import { sealer } from "../seal.ts";
import { setSingleton } from "../singleton.ts";

const stepMs = 30_000;

/** A clock that stands in the middle of a code's half minute, until it is told to go on: no test depends on when it runs. */
export class StandingClock {
  nowMs = Math.floor(Date.now() / stepMs) * stepMs + stepMs / 2;

  constructor() {
    const nowMs = (): number => this.nowMs;
    const standing = {
      get offsetMs() {
        return nowMs() - performance.now();
      },
      // Whoever measures the clock anew changes nothing.
      set offsetMs(_: number) {},
    };
    setSingleton("clock", standing);
  }

  forward(minutes: number): void {
    this.nowMs += minutes * 60_000;
  }

  /** The process's clock goes again. */
  release(): void {
    setSingleton("clock", undefined);
  }
}

export type App = {
  /** The code at some steps from now. */
  code: (offset?: number) => string;
  /** A code that is wrong now. */
  wrong: () => string;
};

/** `secret`: in base32, as the API shows it. */
export function appOf(secret: string): App {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = (offset = 0): string => totp.generate({ timestamp: databaseNowMs() + offset * stepMs });
  const wrong = (): string => {
    const right = [-1, 0, 1].map(code);
    return ["000000", "000001", "000002", "000003"].find((one) => !right.includes(one)) ?? "";
  };
  return { code, wrong };
}

/** Gives a user an app that counts, without asking anybody. */
export async function giveApp(userId: string): Promise<App> {
  const id = newId("authenticatorApp");
  const secret = new Secret({ size: 20 });
  await pool().query(`insert into authenticator_app (id, "userId", "sealedSecret", "confirmedAt") values ($1, $2, $3, now())`, [
    id,
    userId,
    sealer().seal(id, Buffer.from(secret.bytes)),
  ]);
  return appOf(secret.base32);
}
