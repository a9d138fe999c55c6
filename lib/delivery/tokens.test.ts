import { beforeAll, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { selfSigned } from "../testing/certificate.ts";
import { testEnv } from "../testing/settings.ts";
import type { OAuth2 } from "../webhooks/authentication.ts";
import { checkCertificate } from "../webhooks/certificate.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { Deadlines, type Timed } from "./deadlines.ts";
import { Tokens } from "./tokens.ts";

beforeAll(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none")));

const oauth: OAuth2 = {
  kind: "oauth2",
  tokenUrl: "http://127.0.0.1:9/token",
  clientId: "id",
  clientSecret: "secret",
  clientAuthentication: "client_secret_basic",
  scope: null,
  audience: null,
};

function server(lifetimeSeconds: number | undefined) {
  let nowMs = 0;
  let asked = 0;
  const answered = (): Outcome => {
    const body = JSON.stringify({ access_token: `token-${asked}`, token_type: "bearer", expires_in: lifetimeSeconds });
    return { kind: "answered", statusCode: 200, headers: {}, body, durationMs: 1 };
  };
  const tokens = new Tokens(
    () => {
      asked++;
      return Promise.resolve(answered());
    },
    () => nowMs,
  );
  const at = async (seconds: number, credentials = oauth, refused: string | null = null) => {
    nowMs = seconds * 1000;
    const result = await tokens.get({ tenant: "app_1", owner: "ep_1" }, credentials, refused);
    return result.ok ? result.token : result.failure.detail;
  };
  return { at };
}

test("a token is used until shortly before it expires", async () => {
  const { at } = server(600);
  expect([await at(0), await at(539), await at(541), await at(1079)]).toEqual(["token-1", "token-1", "token-2", "token-2"]);
  const short = server(10);
  expect([await short.at(0), await short.at(7.9), await short.at(8.1)]).toEqual(["token-1", "token-1", "token-2"]);
  const silent = server(undefined);
  expect([await silent.at(0), await silent.at(239), await silent.at(241)]).toEqual(["token-1", "token-1", "token-2"]);
});

test("other credentials get another; one that was refused is not used again, but one that came since is", async () => {
  const { at } = server(600);
  expect([await at(0), await at(1, { ...oauth, clientSecret: "other" })]).toEqual(["token-1", "token-2"]);
  expect(await at(2, { ...oauth, clientSecret: "other" }, "token-1")).toBe("token-2");
  expect(await at(2, { ...oauth, clientSecret: "other" }, "token-2")).toBe("token-3");
});

test("the server has half of an attempt's time, and what it came to is told as the endpoint's owner may read it", async () => {
  const timeouts: number[] = [];
  const detail = "No complete response within 7.5 seconds";
  const tokens = new Tokens((_target, _headers, _body, timeoutMs) => {
    timeouts.push(timeoutMs);
    return Promise.resolve({ kind: "unreachable", errorClass: "timeout", detail, durationMs: timeoutMs });
  });
  const failure = { errorClass: "authentication", detail: `The token server: ${detail}` };
  expect(await tokens.get({ tenant: "app_1", owner: "ep_1" }, oauth)).toEqual({ ok: false, failure });
  expect(timeouts).toEqual([7500]);
});

test("a token URL that points to a private address is not asked", async () => {
  expect(await server(600).at(0, { ...oauth, tokenUrl: "http://10.0.0.1/token" })).toMatch(/private or reserved/);
});

test("a certificate is good until its last day, with its own key", () => {
  const pair = { certificate: selfSigned.cert, privateKey: selfSigned.key };
  const [now, later] = [Date.parse("2030-01-01T00:00:00Z"), Date.parse("2127-01-01T00:00:00Z")];
  expect(checkCertificate(pair, now)).toMatchObject({ ok: true, facts: { expiresAt: new Date("2126-10-30T21:49:19.000Z") } });
  expect(checkCertificate(pair, later)).toMatchObject({ ok: false, field: "certificate", reason: expect.stringContaining("expired") });
  expect(checkCertificate(pair, 0)).toMatchObject({ ok: false, field: "certificate", reason: expect.stringContaining("not valid before") });
});

interface Named extends Timed<Named> {
  name: string;
}

test("deadlines pass in their order, whatever order they were set in", async () => {
  const passed: string[] = [];
  const named = (name: string): Named => ({ name, deadline: null });
  await new Promise<void>((resolve) => {
    const deadlines = new Deadlines<Named>(({ name }) => {
      passed.push(name);
      if (passed.length === 3) resolve();
    });
    const nowMs = performance.now();
    const gone = named("gone");
    deadlines.add(named("last"), nowMs + 90);
    deadlines.add(gone, nowMs + 5);
    deadlines.add(named("first"), nowMs + 10);
    deadlines.add(named("second"), nowMs + 40);
    deadlines.remove(gone);
  });
  expect(passed).toEqual(["first", "second", "last"]);
});
