/** Each provider's own library takes what is signed here, and what it signs is taken here. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compact } from "../../testing/oracles/bodies.ts";
import type { Oracle } from "../../testing/oracles/oracle.ts";
import { bodiesOf, refusalBy, secretOf, signedBy } from "../../testing/oracles/oracle.ts";
import { heavyOracles } from "../../testing/oracles/heavy.ts";
import { lightOracles } from "../../testing/oracles/light.ts";
import { verifyRequest } from "../verification.ts";
import { configOf, nowMs, post } from "./testSupport.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const configFor = (oracle: Oracle) => ({
  secrets: [secretOf(oracle)],
  settings: { ...configOf(oracle.kind).settings, ...oracle.settings },
});

/** The folder of the large libraries, set by `npm run oracles`. */
const folder = process.env["WEBSTER_ORACLES"];
const oracles = [...lightOracles, ...(folder === undefined ? [] : heavyOracles(folder))];

describe.each(oracles)("$kind by $library", (oracle) => {
  test.each(bodiesOf(oracle))("takes ours: $name", async ({ text, contentType }) => {
    const ours = post(oracle.kind, Buffer.from(text), contentType, nowMs, configFor(oracle));
    expect(await refusalBy(oracle, ours)).toBeNull();
    expect(verifyRequest(oracle.kind, configFor(oracle), ours, nowMs)).toEqual({ ok: true });
  });

  test.skipIf(oracle.signs === undefined).each(bodiesOf(oracle))("is taken: $name", async (body) => {
    const theirs = await signedBy(oracle, body);
    expect(await refusalBy(oracle, theirs)).toBeNull();
    expect(verifyRequest(oracle.kind, configFor(oracle), theirs, nowMs)).toEqual({ ok: true });
  });

  test.skipIf(oracle.coversBody === false)("neither takes another body", async () => {
    const [{ text, contentType } = compact] = bodiesOf(oracle);
    const ours = post(oracle.kind, Buffer.from(text), contentType, nowMs, configFor(oracle));
    const changed = { ...ours, body: Buffer.from(ours.body.toString().replace(/[a-z]/, "q")) };
    expect(await refusalBy(oracle, changed)).not.toBeNull();
    expect(verifyRequest(oracle.kind, configFor(oracle), changed, nowMs).ok).toBe(false);
  });
});
