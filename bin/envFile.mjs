/** The file of settings, `.env`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Reads the file of settings; what is set in the environment wins over it. Throws an error with a remedy where it is none. */
export function loadEnvFile(root) {
  const text = textOf(join(root, ".env"));
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value;
}

/** Without the byte order mark that some editors put in front: the first setting would have it in its name, and not hold. */
function textOf(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw Object.assign(new Error(`The settings in ${path} can't be read: ${error.code}.`), {
      remedy:
        error.code === "EISDIR"
          ? "It is a directory: put a file there, or remove it."
          : "Let the user who starts Webster read it, or remove it.",
    });
  }
  // What a shell of Windows writes: no name in it would be found.
  if (bytes.includes(0))
    throw Object.assign(new Error(`The settings in ${path} are no text in UTF-8.`), { remedy: "Save it as UTF-8, then start again." });
  return bytes.toString().replace(/^\ufeff/, "");
}
