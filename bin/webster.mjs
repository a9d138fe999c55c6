#!/usr/bin/env node
/** `webster`: the command line. In a fresh clone it makes its own packages ready first. */
import { createRequire } from "node:module";

const required = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
  console.error(`Webster needs Node.js ${required.join(".")} or newer; this is ${process.versions.node}.

What to do: install the current version from https://nodejs.org (or: nvm install --lts), then start again.`);
  process.exit(1);
}

const hasPackages = () => {
  const { resolve } = createRequire(import.meta.url);
  try {
    return ["tsx", "commander", "ws", "undici"].every((name) => resolve(name) !== "");
  } catch {
    return false;
  }
};

/** Keeps what is printed meanwhile off the standard output: that is for what was asked for, and may go into a file. */
const besideTheOutput = async (work) => {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  await work();
  // The prototype's `write` is there again.
  delete process.stdout.write;
};

try {
  const { prepare, root } = await import("./prepare.mjs");
  if (!hasPackages()) await besideTheOutput(() => prepare({ pages: false }));
  const { loadEnvFile } = await import("./envFile.mjs");
  loadEnvFile(root);
  const { register } = await import("tsx/esm/api");
  register();
  await import("./cli.mjs");
} catch (error) {
  console.error(`\n${error.remedy === undefined ? error.stack : `${error.message}\n\nWhat to do: ${error.remedy}`}`);
  process.exitCode = 1;
}
