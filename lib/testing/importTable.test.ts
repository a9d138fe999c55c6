/** Each boundary of the import table has one planted violation, so that a rule can't die silently. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const planted: { file: string; line: string; rule: string }[] = [
  { file: "lib/words/planted.ts", line: `import "../ids.ts";`, rule: "no-restricted-imports" },
  { file: "lib/words/planted2.ts", line: `import "zod/mini";`, rule: "no-restricted-imports" },
  { file: "lib/words/planted3.ts", line: `import "../contract/shared.ts";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/planted.ts", line: `import "node:fs";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/planted2.ts", line: `import "../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/zlib.ts", line: `import "node:zlib";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/clock.ts", line: `export const now = Date.now();`, rule: "no-restricted-properties" },
  { file: "lib/webhooks/random.ts", line: `export const chance = Math.random();`, rule: "no-restricted-properties" },
  { file: "lib/webhooks/url.ts", line: `export const isUrl = URL.canParse("a");`, rule: "no-restricted-properties" },
  { file: "lib/services/message/url.ts", line: `export const isUrl = URL.canParse("a");`, rule: "no-restricted-properties" },
  { file: "lib/webhooks/verification/planted.ts", line: `import "node:fs";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/verification/planted2.ts", line: `import "../../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/verification/clock.ts", line: `export const now = Date.now();`, rule: "no-restricted-properties" },
  { file: "lib/webhooks/body/planted.ts", line: `import "node:fs";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/body/planted2.ts", line: `import "../../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/webhooks/body/clock.ts", line: `export const now = Date.now();`, rule: "no-restricted-properties" },
  { file: "lib/contract/planted.ts", line: `import "../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/contract/planted2.ts", line: `import "../ids.ts";`, rule: "no-restricted-imports" },
  { file: "lib/db/planted.ts", line: `import "../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/db/planted2.ts", line: `import "hono";`, rule: "no-restricted-imports" },
  { file: "lib/db/sql/planted.ts", line: `import "../../delivery/engine.ts";`, rule: "no-restricted-imports" },
  { file: "lib/db/sql/hot/planted.ts", line: `import "../../../delivery/engine.ts";`, rule: "no-restricted-imports" },
  { file: "lib/db/sql/hot/planted2.ts", line: `import "../../../contract/message.ts";`, rule: "no-restricted-imports" },
  { file: "lib/db/sql/hot/deep/planted.ts", line: `import "../../../../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/auth/planted.ts", line: `import "../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/auth/deep/planted.ts", line: `import "../../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/delivery/planted.ts", line: `import "../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/delivery/deep/planted.ts", line: `import "../../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/sandbox/planted.ts", line: `import "../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/sandbox/deep/planted.ts", line: `import "../../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/listening/planted.ts", line: `import "../services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "lib/listening/planted2.ts", line: `import "hono";`, rule: "no-restricted-imports" },
  { file: "lib/listening/deep/planted.ts", line: `import "../../delivery/send.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/planted.ts", line: `import "../../delivery/engine.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/planted2.ts", line: `import "../../api/app.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/planted3.ts", line: `import "hono";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/planted4.ts", line: `import "../../background/table.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/planted5.ts", line: `import "../../auth/authenticate.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/deep/planted.ts", line: `import "../../../api/app.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/planted.ts", line: `import "../delivery/engine.ts";`, rule: "no-restricted-imports" },
  { file: "lib/receiving/planted.ts", line: `import "../api/app.ts";`, rule: "no-restricted-imports" },
  { file: "lib/receiving/planted2.ts", line: `import "hono";`, rule: "no-restricted-imports" },
  { file: "lib/receiving/deep/planted.ts", line: `import "../../delivery/engine.ts";`, rule: "no-restricted-imports" },
  { file: "lib/background/planted.ts", line: `import "../api/app.ts";`, rule: "no-restricted-imports" },
  { file: "lib/background/deep/planted.ts", line: `import "../../api/app.ts";`, rule: "no-restricted-imports" },
  { file: "lib/api/planted.ts", line: `import "../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/api/planted2.ts", line: `import "../delivery/handoff.ts";`, rule: "no-restricted-imports" },
  { file: "lib/api/deep/planted.ts", line: `import "../../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/http/planted.ts", line: `import "../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/http/deep/planted.ts", line: `import "../../db/client.ts";`, rule: "no-restricted-imports" },
  { file: "components/planted.ts", line: `import "../lib/db/client.ts";`, rule: "no-restricted-imports" },
  { file: "components/endpoint/planted.ts", line: `import "../../lib/services/message/messages.ts";`, rule: "no-restricted-imports" },
  { file: "components/endpoint/planted2.ts", line: `import "next/link";`, rule: "no-restricted-imports" },
  { file: "components/endpoint/planted3.ts", line: `import "../../lib/ids.ts";`, rule: "no-restricted-imports" },
  { file: "components/endpoint/deep/planted.ts", line: `import "../../../lib/db/sql/hot/accept.ts";`, rule: "no-restricted-imports" },
  { file: "app/planted.ts", line: `import "../lib/db/client.ts";`, rule: "no-restricted-imports" },
  { file: "app/(dashboard)/deep/planted.ts", line: `import "../../../lib/webhooks/signature.ts";`, rule: "no-restricted-imports" },
  { file: "lib/planted.ts", line: `import "./db/client.ts";`, rule: "no-restricted-imports" },
  { file: "lib/services/message/environment.ts", line: `export const port = process.env["PORT"];`, rule: "no-process-env" },
  {
    file: "lib/services/message/cycle.ts",
    line: `import { b } from "./cycle2.ts";\nexport const a = (): number => b();`,
    rule: "no-cycle",
  },
  { file: "lib/services/message/long.ts", line: "export {};\n".repeat(401), rule: "max-lines" },
];

/** The same doors, used as the table allows. */
const allowed: { file: string; line: string }[] = [
  { file: "lib/webhooks/allowed.ts", line: `import "node:crypto";\nimport "ipaddr.js";\nimport "./signature.ts";` },
  { file: "lib/webhooks/allowed2.ts", line: `import "./verification/types.ts";\nimport "./body/body.ts";` },
  {
    file: "lib/webhooks/body/allowed.ts",
    line: `import "node:buffer";\nimport "node:zlib";\nimport "lossless-json";\nimport "./json.ts";\nimport "../xml.ts";`,
  },
  {
    file: "lib/webhooks/verification/allowed.ts",
    line: `import "node:crypto";\nimport "./types.ts";\nimport "../signature.ts";\nimport "../body/body.ts";`,
  },
  { file: "lib/contract/allowed.ts", line: `import "zod/mini";\nimport "./endpoint.ts";` },
  { file: "lib/words/allowed.ts", line: `import "./role.ts";` },
  {
    file: "lib/db/sql/hot/allowed.ts",
    line: `import "../../client.ts";\nimport "../parameters.ts";\nimport "../received/received.ts";\nimport "../../../errors.ts";\nimport "../../../webhooks/signature.ts";\nimport "../../../words/errorClass.ts";`,
  },
  { file: "lib/allowed.ts", line: `import "./words/role.ts";` },
  { file: "lib/background/allowed.ts", line: `import "../delivery/engine.ts";\nimport "../services/incident/alerts.ts";` },
  { file: "app/(dashboard)/allowed.ts", line: `import "../../lib/services/team/accounts.ts";\nimport "../../components/ui/button.tsx";` },
  { file: "lib/delivery/allowed.ts", line: `import "../db/client.ts";\nimport "../webhooks/retry.ts";` },
  { file: "lib/sandbox/allowed.ts", line: `import "../env.ts";\nimport "../webhooks/address.ts";` },
  {
    file: "lib/services/message/allowed.ts",
    line: `import "../../db/client.ts";\nimport "../../delivery/handoff.ts";\nimport "../../delivery/send.ts";\nimport "../../contract/message.ts";\nimport "../shared/scope.ts";\nimport "../../errors.ts";`,
  },
  { file: "lib/receiving/allowed.ts", line: `import "../services/receivedRequest/release.ts";\nimport "../webhooks/verification.ts";` },
  { file: "lib/listening/allowed.ts", line: `import "../auth/authenticate.ts";\nimport "../db/client.ts";\nimport "../listenUrl.ts";` },
  { file: "lib/api/allowed.ts", line: `import "../services/message/messages.ts";\nimport "../auth/authenticate.ts";\nimport "hono";` },
  {
    file: "components/endpoint/allowed.ts",
    line: `import "../ui/button.tsx";\nimport "../../lib/contract/endpoint.ts";\nimport "../../lib/words/role.ts";`,
  },
];

let directory = "";
let found: { file: string; rule: string }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "webster-lint-"));
  await cp(".oxlintrc.json", join(directory, ".oxlintrc.json"));
  const sources = [
    ...planted,
    ...allowed,
    { file: "lib/services/message/cycle2.ts", line: `import { a } from "./cycle.ts";\nexport const b = (): number => a();` },
  ];
  for (const { file, line } of sources) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), `${line}\n`);
  }
  const report = await lint(directory);
  found = report.map(({ filename, code }) => ({ file: filename, rule: code.replace(/^.*\((.*)\)$/, "$1") }));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test.each(planted)("$rule catches $file", ({ file, rule }) => {
  expect(found).toContainEqual({ file, rule });
});

test.each(allowed)("the table allows what $file imports", ({ file }) => {
  expect(found.filter((fault) => fault.file === file && fault.rule === "no-restricted-imports")).toEqual([]);
});

type Diagnostic = { filename: string; code: string };

function lint(cwd: string): Promise<Diagnostic[]> {
  const program = resolve("node_modules/oxlint/bin/oxlint");
  return new Promise((done, fail) => {
    // oxlint exits with 1 when it finds something, which is what is expected here.
    execFile(process.execPath, [program, "--format=json"], { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout === "") fail(new Error(`oxlint printed nothing: ${stderr}`, { cause: error }));
      else done((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
    });
  });
}
