/** The crate `svix`: a Cargo project whose calls are written from the crate's own source, so that none is forgotten. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Client, Installed } from "../client.ts";
import { runIn } from "../command.ts";

export const rust: Client = { language: "Rust", tools: [["cargo", "--version"]], install };

const manifest = `[package]
name = "clients"
version = "0.1.0"
edition = "2024"

[dependencies]
base64 = "0.22"
http = "1"
serde = "1"
serde_json = "1"
svix = "*"
tokio = { version = "1", features = ["macros", "rt"] }

[profile.dev]
debug = false
incremental = false
`;

async function install(directory: string): Promise<Installed> {
  mkdirSync(join(directory, "src"));
  writeFileSync(join(directory, "Cargo.toml"), manifest);
  cpSync(join(import.meta.dirname, "main.rs"), join(directory, "src/main.rs"));
  const metadata = JSON.parse(await runIn(directory, ["cargo", "metadata", "--format-version", "1"])) as Metadata;
  const svix = metadata.packages.find(({ name }) => name === "svix");
  if (svix === undefined) throw new Error("cargo knows no crate svix");
  writeFileSync(
    join(directory, "src/operations.rs"),
    sourceOf(operationsOf(join(dirname(svix.manifest_path), "src/api"), "mod", "", "svix")),
  );
  await runIn(directory, ["cargo", "build", "--quiet"]);
  return { version: svix.version, command: [join(metadata.target_directory, "debug/clients")] };
}

type Metadata = { target_directory: string; packages: { name: string; version: string; manifest_path: string }[] };

/** `call`: an expression of Rust. */
type Operation = { name: string; call: string };

const sourceOf = (operations: Operation[]): string => `#![allow(deprecated)]
use super::{body, done, option, path};
use serde_json::Value;
use svix::api::*;

pub const NAMES: &[&str] = &[
${operations.map(({ name }) => `    "${name}",`).join("\n")}
];

pub async fn call(svix: &Svix, name: &str, call: &Value) -> Result<(), String> {
    match name {
${operations.map(({ name, call }) => `        "${name}" => done(${call}.await),`).join("\n")}
        _ => unreachable!("{name}"),
    }
}
`;

/** Operations of a file, and of what its accessors (\`pub fn source(&self) -> IngestSource\`) lead to. What is beta is left out. */
function operationsOf(source: string, file: string, prefix: string, receiver: string): Operation[] {
  const text = readFileSync(join(source, `${file}.rs`), "utf8").replaceAll(beta, "");
  const own = [...text.matchAll(/pub async fn (\w+)\(\s*&self,?([^)]*)\)/g)].map(([, method = "", parameters = ""]) => {
    const types = [...parameters.matchAll(/\w+: ([^,]+)/g)].map(([, type = ""]) => type.trim());
    const args = types.map((type, place) => argumentOf(type, place, text));
    return { name: prefix + camel(method), call: `${receiver}.${method}(${args.join(", ")})` };
  });
  const below = [...text.matchAll(/pub fn (\w+)\(&self\) -> (\w+)<'\w+>/g)].flatMap(([, method = "", type = ""]) =>
    operationsOf(source, snake(type), `${prefix}${camel(method)}.`, `${receiver}.${method}()`),
  );
  return [...own, ...below];
}

const beta = /#\[cfg\(feature = "\w+"\)\]\s+pub (async fn|struct) [^]*?\n {0,4}\}/g;

function argumentOf(type: string, place: number, text: string): string {
  if (type === "String") return `path(call, ${place})?`;
  if (!type.startsWith("Option<")) return "body(call)?";
  const struct = type.slice("Option<".length, -1);
  const [, fields = ""] = text.match(new RegExp(`pub struct ${struct} \\{([^}]*)\\}`)) ?? [];
  const set = [...fields.matchAll(/pub (\w+):/g)].map(([, field = ""]) => `${field}: option(call, "${camel(field)}")?`);
  return `Some(${struct} { ${set.join(", ")} })`;
}

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replaceAll(/(?!^)([A-Z])/g, "_$1").toLowerCase();
