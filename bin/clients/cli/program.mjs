// Calls every command of Svix's CLI as plan.json says, or verifies the deliveries of cases.json with it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [, , program, what, file] = process.argv;
const input = JSON.parse(readFileSync(file, "utf8"));
const say = (line) => console.log(JSON.stringify(line));
const told = ({ ok, error }) => ({ ok, error });
/** Commands that have to do with the API in another way: `signature` is for the cases, `listen` and `seed` for a cloud. */
const others = ["completion", "help", "listen", "login", "open", "seed", "show-config", "signature", "version", "wizard"];

if (what === "call") for (const command of commands()) say({ operation: nameOf(command.words), ...told(call(command)) });
else for (const one of input) say({ case: one.name, ...told(verify(one)) });

/** Each command with its parameters and flags, read from the CLI's own help. */
function commands() {
  const [, list] = run(["--help"]).output.match(/Commands:\n([^]*?)\n\n/);
  const groups = [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name).filter((name) => !others.includes(name));
  return groups.flatMap((group) => {
    const { output } = run([group, "--help"]);
    const [, usage] = output.match(/Usage: ([^]*?)\n\n/);
    const lines = usage.split("\n").map((line) => line.trim().replace(/^svix /, ""));
    const found = lines.map((line) => ({ words: line.split(" [")[0].split(" <")[0].split(" "), line }));
    const leads = ({ words }) =>
      words.at(-1) === "help" || found.some((other) => other.words.length > words.length && other.line.startsWith(`${words.join(" ")} `));
    return found
      .filter((one) => !leads(one))
      .map(({ words, line }) => ({ words, parameters: parametersOf(line), flags: flagsOf(output, words) }));
  });
}

function parametersOf(line) {
  return [...line.matchAll(/[<[](\w+)[>\]]/g)].map(([, name]) => name).filter((name) => name !== "OPTIONS");
}

function flagsOf(output, words) {
  const section = output.split(`svix ${words.join(" ")}:\n`)[1]?.split(/\n\nsvix /)[0] ?? "";
  return [...section.matchAll(/^ +--([\w-]+)/gm)].map(([, flag]) => flag);
}

function call({ words, parameters, flags }) {
  const planned = input[nameOf(words)];
  if (planned === undefined) return { ok: false, error: "not in the plan" };
  const path = [...planned.path];
  const values = parameters.map((name) => (/_(IN2?|PATCH|UPDATE)$/.test(name) ? JSON.stringify(planned.body ?? {}) : path.shift()));
  const options = Object.entries(planned.options ?? {}).flatMap(([name, value]) => {
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return flags.includes(flag) ? [value].flat().flatMap((one) => [`--${flag}`, String(one)]) : [];
  });
  return run([...words, ...options, ...values], planned.token);
}

function verify({ secret, headers, body }) {
  const header = (name) => headers[`svix-${name}`] ?? headers[`webhook-${name}`];
  const named = ["--secret", secret, "--signature", header("signature"), "--msg-id", header("id"), "--timestamp", header("timestamp")];
  return run(["signature", "verify", ...named, "--", Buffer.from(body, "base64").toString()]);
}

function run(parameters, token = process.env.WEBSTER_TOKEN) {
  const env = { ...process.env, SVIX_SERVER_URL: process.env.WEBSTER_URL, SVIX_AUTH_TOKEN: token };
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { env, encoding: "utf8" });
  if (status === 0) return { ok: true, output: stdout };
  return { ok: false, error: error?.message ?? `${stdout}${stderr}`.trim() };
}

function nameOf(words) {
  return words.map((word) => word.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase())).join(".");
}
