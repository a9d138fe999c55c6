/**
 * Stacks of bundled programs, as places in their sources. The maps are read when the first stack is looked at: Node.js's own
 * --enable-source-maps reads all of them at each start, and keeps them.
 */
import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** From now on, stacks name the sources of what is bundled in this directory. */
export function mapStacks(directory) {
  const prefix = pathToFileURL(resolve(directory)).href;
  const maps = new Map();
  const mapOf = (url) => {
    if (!maps.has(url)) maps.set(url, readMap(fileURLToPath(url)));
    return maps.get(url);
  };
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => {
      const url = frame.getFileName();
      return typeof url === "string" && url.startsWith(prefix) ? placed(frame, url, mapOf(url)) : asItIs(frame);
    });
    return [titleOf(error), ...lines.map((line) => `    at ${line}`)].join("\n");
  };
}

const asItIs = (frame) => frame.toString();

function placed(frame, url, read) {
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  const entry = line === null || column === null ? undefined : read?.map.findEntry(line - 1, column - 1);
  if (entry?.originalSource === undefined) return asItIs(frame);
  const source = relative(process.cwd(), resolve(read.directory, entry.originalSource));
  return asItIs(frame).replace(`${url}:${line}:${column}`, `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}

function readMap(file) {
  const path = `${file}.map`;
  return existsSync(path) ? { map: new SourceMap(JSON.parse(readFileSync(path, "utf8"))), directory: dirname(file) } : undefined;
}

function titleOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
