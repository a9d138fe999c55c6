/** Installs what Maven brings, and a program in Java that uses it. */
import { readdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import type { Installed } from "../client.ts";
import { runIn } from "../command.ts";

/** `packages`: `group:artifact`, each in its newest release; the SDK first. `source`: the file of the class that is `Program.Sdk`. */
export async function installFromMaven(directory: string, packages: string[], source: string): Promise<Installed> {
  writeFileSync(join(directory, "pom.xml"), pomOf(packages));
  const libraries = join(directory, "lib");
  await runIn(directory, ["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", `-DoutputDirectory=${libraries}`]);
  const classes = join(directory, "classes");
  const classPath = `${join(libraries, "*")}${delimiter}${classes}`;
  await runIn(directory, ["javac", "-cp", classPath, "-d", classes, join(import.meta.dirname, "Program.java"), source]);
  const artifact = packages[0]?.split(":")[1] ?? "";
  const [, version = ""] =
    readdirSync(libraries)
      .join("\n")
      .match(new RegExp(`^${artifact}-(\\d.*)\\.jar$`, "m")) ?? [];
  return { version, command: ["java", "-cp", classPath, "Program", basename(source, ".java")] };
}

const pomOf = (packages: string[]): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>clients</groupId>
  <artifactId>clients</artifactId>
  <version>1</version>
  <dependencies>
${packages.map((one) => dependency(one.split(":"))).join("\n")}
  </dependencies>
</project>
`;

const dependency = ([group, artifact]: string[]): string =>
  `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>RELEASE</version></dependency>`;
