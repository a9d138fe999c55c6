import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => existsSync(file));
const pages = files.filter((file) => file.endsWith(".md"));

/** Without what is code, where brackets mean something else. */
const proseOf = (text: string): string =>
  text.replaceAll(/^ *```[^]*?^ *```/gm, "").replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ""));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.replaceAll(/^ *```[^]*?^ *```/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  const plain = headings.map((heading) => heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase());
  return new Set(plain.map((heading) => heading.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-")));
}

/** What a page's links lead to that is not there. */
function brokenLinks(page: string, text: string): string[] {
  const targets = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(file)) return true;
    return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file === page ? text : readFileSync(file, "utf8")).has(anchor);
  });
}

test("a link that leads nowhere is found", () => {
  const text =
    "# A *heading*, `code`\n[here](#a-heading-code) [no](#heading) [docs](docs/cli.md) [lost](docs/lost.md) [cli](docs/cli.md#lost)";
  expect(brokenLinks("README.md", text)).toEqual(["#heading", "docs/lost.md", "docs/cli.md#lost"]);
});

test.each(pages)("each link of %s leads somewhere", (page) => {
  expect(brokenLinks(page, readFileSync(page, "utf8"))).toEqual([]);
});

test("pages that programs name are there", () => {
  const named = files
    .filter((file) => /\.(ts|tsx|mjs|ya?ml|sh|txt)$|\.env\.example$/.test(file) && !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([name]) => `${file}: ${name}`));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !existsSync(name.split(": ")[1] ?? ""))).toEqual([]);
});
