/**
 * Calls every operation of the svix SDK for JavaScript, of version 1 or later, found by walking the client itself; see ../client.ts.
 *
 *     node program.mjs call plan.json
 *     node program.mjs verify cases.json
 */
import { readFileSync } from "node:fs";
import { Svix, Webhook } from "svix";

const [command, file] = process.argv.slice(2);
const { WEBSTER_URL: serverUrl, WEBSTER_TOKEN: ownToken } = process.env;
const input = JSON.parse(readFileSync(file, "utf8"));
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (command === "call") for (const operation of operationsOf(clientOf(ownToken), "")) print(await called(operation));
else for (const one of input) print(verified(one));

function clientOf(token) {
  return new Svix(token, { serverUrl, retryScheduleInMs: [] });
}

/** Getters lead to further operations; methods are operations. */
function operationsOf(api, prefix) {
  const members = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(api)));
  return members.flatMap(([name, { value }]) => {
    if (value === undefined) return operationsOf(api[name], `${prefix}${name}.`);
    return typeof value === "function" && name !== "constructor" ? [prefix + name] : [];
  });
}

async function called(operation) {
  const planned = input[operation];
  if (planned === undefined) return { operation, ok: false, error: "not in the plan" };
  const names = operation.split(".");
  const method = names.pop();
  const api = names.reduce((at, name) => at[name], clientOf(planned.token ?? ownToken));
  try {
    await api[method](...planned.path, ...parametersOf(operation, api[method], planned));
    return { operation, ok: true };
  } catch (error) {
    return { operation, ok: false, error: `${error.code ?? ""} ${JSON.stringify(error.body ?? error.message)}`.trim() };
  }
}

/** The body, where the operation has one, and its options. */
function parametersOf(operation, method, { path, body, options }) {
  const names = /\(([^)]*)\)/
    .exec(method.toString())[1]
    .split(",")
    .map((name) => name.trim().split(" ")[0]);
  const rest = names.slice(path.length).filter((name) => name !== "");
  return rest.map((name) => revived(name === "options" ? options : body));
}

/** The SDK wants a Date for each moment. */
function revived(value) {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(value);
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revived(member)]));
}

function verified({ name, secret, headers, body }) {
  try {
    new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
    return { case: name, ok: true };
  } catch (error) {
    return { case: name, ok: false, error: error.message };
  }
}
