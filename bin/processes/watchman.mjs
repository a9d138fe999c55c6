/**
 * The thread that looks whether its process goes on, and ends it if not; watch.ts starts it. Plain JavaScript, because a thread starts
 * without a TypeScript loader. What it says it writes itself: a log or a stream would wait for the thread that hangs.
 */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";

const { signs, everyMs, mostSilences } = workerData;
/** Of `signs`: how often in a row nothing was heard; whether somebody debugs the process, and may make it stand. */
const [silences, debugged] = [0, 1];
const placeWithinMs = 10_000;
const mostFrames = 20;

const looking = setInterval(() => {
  if (Atomics.load(signs, debugged) === 1 || Atomics.add(signs, silences, 1) < mostSilences) return;
  clearInterval(looking);
  askPlace(end);
}, everyMs);

/** Where in the code it is, in one call after the other; nothing, where it is in none. */
function askPlace(done) {
  const late = setTimeout(() => done(undefined), placeWithinMs);
  try {
    const session = new Session();
    const files = new Map();
    session.connectToMainThread();
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => files.set(scriptId, url));
    session.once("Debugger.paused", ({ params: { callFrames } }) => {
      clearTimeout(late);
      done(
        callFrames
          .slice(0, mostFrames)
          .map((frame) => nameOf(frame, files.get(frame.location.scriptId)))
          .join("; "),
      );
    });
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  } catch {
    // A Node.js without an inspector: it ends all the same.
  }
}

const nameOf = ({ functionName, location: { lineNumber, columnNumber } }, file) =>
  `${functionName === "" ? "<anonymous>" : functionName} (${file}:${lineNumber + 1}:${columnNumber + 1})`;

function end(at) {
  const line = { level: "fatal", time: new Date().toISOString(), pid: process.pid, silences: mostSilences, at, msg: "process.hangs" };
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}
