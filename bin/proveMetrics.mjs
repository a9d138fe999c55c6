/** `npm run prove:metrics`: asks Prometheus' own promtool about the alert rules and the metrics of the Webster at WEBSTER_URL. */
import { spawnSync } from "node:child_process";

const promtool = (args, input) => spawnSync("promtool", args, { input, encoding: "utf8" });

if (promtool(["--version"]).status !== 0) {
  console.error("There is no promtool on this machine. Debian and Ubuntu: apt-get install prometheus");
  process.exit(1);
}

const { WEBSTER_URL: url = "http://127.0.0.1:3000", WEBSTER_API_KEY: key } = process.env;
const checks = [
  { name: "alert rules", check: () => promtool(["check", "rules", "deploy/prometheus/alerts.yaml"]) },
  { name: "their tests", check: () => promtool(["test", "rules", "deploy/prometheus/alerts.test.yaml"]) },
];
if (key === undefined) console.log("- metrics: not asked, as there is no WEBSTER_API_KEY");
else {
  const response = await fetch(`${url}/api/v1/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  checks.push({ name: `metrics of ${url}`, check: () => promtool(["check", "metrics"], text) });
}
for (const { name, check } of checks) {
  const { status, stdout, stderr } = check();
  const isFine = status === 0 && !/FAILED/.test(stdout);
  console.log(`${isFine ? "✓" : "✗"} ${name}${isFine ? "" : `\n${stdout}${stderr}`}`);
  if (!isFine) process.exitCode = 1;
}
