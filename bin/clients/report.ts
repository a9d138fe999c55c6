/** The results as text, for the terminal and for docs/clients.md. */
import { examples } from "./examples/all.ts";
import type { Kind, Verdict } from "./judge.ts";

export type Run = {
  language: string;
  version: string;
  verdicts: Verdict[];
  verifications: { name: string; isRight: boolean }[];
};

export type Result = Run & { isGood: boolean; text: string };

export function summaryOf(run: Run): Result {
  const failures = [
    ...run.verdicts.filter(({ kind }) => kind === "failed").map(({ operation, detail }) => `${operation}: ${detail}`),
    ...run.verifications.filter(({ isRight }) => !isRight).map(({ name }) => `verification, ${name}`),
  ];
  const { called, works, refused, impossible, failed, verified } = countsOf(run);
  const counts = `${called} operations called, ${works} work, ${refused} refused as they should be, ${impossible} impossible for the SDK, ${failed} failed`;
  const text = [`${run.language}, svix ${run.version}: ${counts}; ${verified} verifications right`, ...failures.map((line) => `  ${line}`)];
  return { ...run, isGood: failures.length === 0 && called > 0 && run.verifications.length > 0, text: text.join("\n") };
}

function countsOf({ verdicts, verifications }: Run) {
  const count = (kind: Kind): number => verdicts.filter((verdict) => verdict.kind === kind).length;
  const right = verifications.filter(({ isRight }) => isRight).length;
  return {
    called: verdicts.length,
    works: count("works"),
    refused: count("refused"),
    impossible: count("impossible"),
    failed: count("failed"),
    verified: `${right} of ${verifications.length}`,
  };
}

const words: Record<Kind, string> = { works: "works", refused: "404", impossible: "can't", failed: "FAILS" };

export function tableOf(results: Result[]): string {
  const heads = results.map(({ language, version }) => `${language} ${version}`);
  const counts = results.map((result) => {
    const { called, works, refused, impossible, failed, verified } = countsOf(result);
    return `| ${result.language} | ${result.version} | ${called} | ${works} | ${refused} | ${impossible} | ${failed} | ${verified} |`;
  });
  const rows = Object.entries(examples).map(([name, { request, older = [] }]) => {
    const cells = results.map(({ verdicts }) => {
      const found = [name, ...older].flatMap((spelled) => verdicts.filter(({ operation }) => operation === spelled));
      const worst = (["failed", "impossible", "refused", "works"] as const).find((kind) => found.some((one) => one.kind === kind));
      return worst === undefined ? "–" : words[worst];
    });
    return `| \`${name}\` | \`${request.split("?")[0]}\` | ${cells.join(" | ")} |`;
  });
  const reasons = results.flatMap(({ language, verdicts }) =>
    verdicts.filter(({ kind }) => kind === "impossible").map(({ operation, detail }) => `- ${language}, \`${operation}\`: ${detail}`),
  );
  return `# Svix's SDKs, language by language

Written by \`npm run clients -- --write\`: for each language a program takes the newest svix SDK of that language's registry, finds every operation in the SDK itself, and calls it on a Webster of its own; the answer has to be one that the SDK can read. Then the SDK verifies deliveries that it has sent itself: as they came, and changed in body, id, moment and secret. An operation that is not called is a failure. What each SDK sent is sent again in the tests.

| language | svix | called | work | refused | can't | failed | deliveries judged rightly |
| --- | --- | --- | --- | --- | --- | --- | --- |
${counts.join("\n")}

Refused: streaming is not offered, and its operations answer 404 \`{"code": "not_offered"}\`, which the SDKs do not repeat. Can't: the SDK itself can't make the request, see below. –: that SDK has no such operation.
${reasons.length === 0 ? "" : `\n${reasons.join("\n")}\n`}${beside}
## Operation by operation

| operation | request | ${heads.join(" | ")} |
| --- | --- | ${heads.map(() => "---").join(" | ")} |
${rows.join("\n")}
`;
}

/** What no program here runs. */
const beside = `
## Beside the SDKs

Tried by hand on 2026-11-28, against the same operations:

- Svix's command line in Go (source after 0.21.1): all commands of application, authentication, endpoint, event-type, message, message-attempt, integration, export, import and logout work; \`listen\` of both command lines forwards ([cli.md](cli.md)).
- svix-bridge 1.100.0, built without Kafka and its JavaScript engine: 20 of 20 messages polled, 20 of 20 webhooks verified and passed on. After a seek on the server its old iterator is refused with 400 \`invalid_iterator\`, and it gets all 20 again.
- Svix's own test suites with \`WEBSTER_HTTPS_ONLY=false\`: Python 46 of 46, Go all, JavaScript 54 of 54. By default two of Python's fail, because they use \`http://\` URLs.
- Terraform: [terraform.md](terraform.md). svix-react's hooks and its AppPortal run in the tests.
- Ruby and PHP 2.0.0, from their source because their registries could not be had, on 2026-11-30: applications, event types, endpoints with headers and secrets, messages, attempts, resends, recovery, figures and portal access work; Ruby takes numbers in options as text alone (\`limit: "1"\`), and wants a server URL without a slash at its end.
- Programs as customers write them, with the SDKs for Go, Java and Rust, on 2026-11-30: errors (401, 403, 404, 409, 422) arrive as each SDK's own and can be read; pages, attempts, figures, rotation, recovery, idempotency keys and portal access work.
- Not run: C#'s SDK, whose tools could not be had, nor the receivers' code in it.
`;
