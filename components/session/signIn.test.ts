import { afterEach, expect, it, vi } from "vitest";
import { signIn, signOut } from "./signIn.ts";

afterEach(() => vi.unstubAllGlobals());

/** A server that answers so, one after the other, each time that it is given a password or asked to end a session. */
function answering(...answers: (Response | Error)[]) {
  const asked: { path: string; csrfToken?: string }[] = [];
  let tokens = 0;
  vi.stubGlobal("window", { location: { origin: "http://cafe.example" } });
  vi.stubGlobal("fetch", (path: string, init?: { body: string }) => {
    if (path === "/api/auth/csrf") return Promise.resolve(Response.json({ csrfToken: `token ${++tokens}` }));
    asked.push({ path, csrfToken: (JSON.parse(init?.body ?? "{}") as { csrfToken: string }).csrfToken });
    const answer = answers.shift() ?? new Error("nothing more is asked");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return asked;
}

const leadsTo = (url: string, status = 200) => Response.json({ url: `http://cafe.example${url}` }, { status });
const otherToken = () => leadsTo("/api/auth/signin?csrf=true");
const give = () => signIn("guest@cafe.example", "a password of the guest");

it("says who is signed in only where the server has said so", async () => {
  const outcomes: [Response | Error, object][] = [
    [leadsTo("/"), { kind: "signedIn" }],
    [leadsTo("/api/auth/error?error=CredentialsSignin", 401), { kind: "refused" }],
    [leadsTo("/api/auth/error?error=throttled%3A12", 401), { kind: "throttled", waitSeconds: 12 }],
    [leadsTo("/api/auth/error?error=second%3Aapp%2CrecoveryCode", 401), { kind: "second", ways: ["app", "recoveryCode"] }],
    [leadsTo("/api/auth/error?error=expired", 401), { kind: "expired" }],
    // The database was away: that says nothing of the password.
    [leadsTo("/api/auth/error?error=failed", 401), { kind: "failed" }],
    [Response.json({ code: "unavailable", detail: "Webster is starting" }, { status: 503 }), { kind: "failed" }],
    [Response.json({ message: "There is a problem" }, { status: 500 }), { kind: "failed" }],
    [new Response("<!doctype html>", { status: 502 }), { kind: "failed" }],
    [new Error("no connection"), { kind: "failed" }],
  ];
  for (const [answer, outcome] of outcomes) {
    const asked = answering(answer);
    expect(await give()).toEqual(outcome);
    expect(asked).toHaveLength(1);
  }
});

it("asks again, once, where another tab has got another token meanwhile", async () => {
  const asked = answering(otherToken(), leadsTo("/"));
  expect(await give()).toEqual({ kind: "signedIn" });
  expect(asked.map(({ csrfToken }) => csrfToken)).toEqual(["token 1", "token 2"]);
  answering(otherToken(), otherToken(), leadsTo("/"));
  expect(await give()).toEqual({ kind: "failed" });
});

it("is not signed out where the server has not taken it", async () => {
  answering(leadsTo("/api/auth/signout?csrf=true"), leadsTo("/api/auth/signout?csrf=true"));
  expect(await signOut()).toBe(false);
  answering(Response.json({ code: "unavailable", detail: "Webster is starting" }, { status: 503 }));
  expect(await signOut()).toBe(false);
  answering(leadsTo("/login"));
  expect(await signOut()).toBe(true);
});
