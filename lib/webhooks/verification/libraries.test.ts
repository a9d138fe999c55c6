/** Each provider's own library takes what is signed here, and what it signs is taken here. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Oracle } from "../../testing/oracles/oracle.ts";
import { bodiesOf, refusalBy, secretOf, signedBy } from "../../testing/oracles/oracle.ts";
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

describe.each(lightOracles)("$kind by $library", (oracle) => {
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
});
