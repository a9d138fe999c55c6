#!/usr/bin/env bash
# quickjs-emscripten-core 0.32.0: `newString` and `getString` pass C strings, so a text ends at its first NUL on the way in and
# on the way out, without an error; half a surrogate pair comes out as three replacement characters. As JSON both cross whole.
source "$(dirname "$0")/common.sh"
install quickjs-emscripten-core@0.32.0 @jitl/quickjs-wasmfile-release-sync@0.32.0
expect 'in: 12 characters, 6 arrive
out: 12 characters, "before" arrives
half a pair: 3 characters
as JSON: 12 characters, then 1' <<'JS'
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";

const context = (await newQuickJSWASMModuleFromVariant(variant)).newContext();
const run = (code) => context.unwrapResult(context.evalCode(code));
const text = "before\0after";
context.setProp(context.global, "given", context.newString(text));
console.log(`in: ${text.length} characters, ${context.getNumber(run("given.length"))} arrive`);
const same = run(JSON.stringify(text));
console.log(`out: ${context.getNumber(context.getProp(same, "length"))} characters, ${JSON.stringify(context.getString(same))} arrives`);
console.log(`half a pair: ${context.getString(run('"\\ud83d"')).length} characters`);
const json = JSON.parse(context.getString(run(`JSON.stringify([${JSON.stringify(text)}, "\\ud83d"])`)));
console.log(`as JSON: ${json[0].length} characters, then ${json[1].length}`);
JS
