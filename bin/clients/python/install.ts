/** The newest svix of PyPI, in a virtual environment. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../client.ts";
import { runIn } from "../command.ts";

export const pythonClient: Client = {
  language: "Python",
  tools: [["python3", "-m", "venv", "--help"]],
  install: async (directory) => {
    const python = join(directory, "venv/bin/python");
    copyFileSync(join(import.meta.dirname, "program.py"), join(directory, "program.py"));
    await runIn(directory, ["python3", "-m", "venv", "venv"]);
    await runIn(directory, [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "svix"]);
    const version = await runIn(directory, [python, "-c", "import importlib.metadata as m; print(m.version('svix'), end='')"]);
    return { version, command: [python, join(directory, "program.py")] };
  },
};
