/** `npm run prove:metrics`: asks Prometheus' own promtool about the alert rules, their tests, and the metrics of a live Webster. */
import { temporaryDirectory, runProgram } from "../lib/testing/program.ts";
import { requirePrograms, tryRun } from "./prove/commands.ts";
import { callApi, exercise, judge, proofSettings } from "./prove/exercise.ts";

requirePrograms(["promtool"], "Debian and Ubuntu: apt-get install prometheus");

const messages = 20;

function promtool(name: string, args: string[], input?: string): void {
  const { status, stdout, stderr } = tryRun("promtool", args, input);
  const isFine = status === 0 && !/FAILED/.test(stdout);
  judge(name, isFine ? "fine" : `${stdout}${stderr}`, "fine");
}

/** The metrics of a Webster that has done something: started for it, and ended. */
async function ownMetrics(): Promise<string> {
  const [directory, remove] = temporaryDirectory();
  const program = runProgram("bin/server.ts", ["--no-pages"], { ...proofSettings, WEBSTER_DATA_DIR: directory });
  try {
    const [, url = ""] = await program.waitFor(/API +(http:\S+)\/api\/v1/, 120_000);
    judge("messages", await exercise(url, messages), { accepted: messages, arrived: messages, listed: messages });
    const answer = await callApi(url, "GET", "/metrics");
    return await answer.text();
  } finally {
    program.kill("SIGTERM");
    await program.exited;
    remove();
  }
}

promtool("alert rules", ["check", "rules", "deploy/prometheus/alerts.yaml"]);
promtool("their tests", ["test", "rules", "deploy/prometheus/alerts.test.yaml"]);
const text = await ownMetrics();
promtool(`${[...text.matchAll(/^# TYPE /gm)].length} metrics of a live Webster`, ["check", "metrics"], text);
