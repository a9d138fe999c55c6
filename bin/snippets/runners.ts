/** How the receivers' code that the pages show is installed and run, language by language. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { foreignEnvironment } from "../../lib/env.ts";

export type Place = { directory: string; port: number; secret: string };

export type Runner = {
  /** A command that ends with 0 where the language is there. */
  tool: string[];
  /** Fetches the newest of what `install` names, as it is shown. Where that fails, the code is not judged. */
  fetch: (place: Place, install: string, code: string) => void;
  /** Starts the receiver; throws if the code can't be built. */
  start: (place: Place, code: string) => ChildProcess;
};

export const runners: Record<string, Runner> = {
  Python: {
    tool: ["python3", "--version"],
    fetch: (place, install) => {
      run(place, ["python3", "-m", "venv", "venv"]);
      run(place, ["venv/bin/pip", "install", "--quiet", ...words(install, "pip install")]);
    },
    start: (place, code) => {
      write(place, "receive.py", code);
      return serve(place, ["venv/bin/flask", "--app", "receive", "run", "--port", String(place.port)]);
    },
  },
  Go: {
    tool: ["go", "version"],
    fetch: (place, _, code) => {
      write(place, "main.go", code.replace('":8080"', `"127.0.0.1:${place.port}"`));
      run(place, ["go", "mod", "init", "receiver"]);
      run(place, ["go", "mod", "tidy"]);
    },
    start: (place) => {
      run(place, ["go", "build", "-o", "receiver", "."]);
      return serve(place, ["./receiver"]);
    },
  },
  Rust: {
    tool: ["cargo", "--version"],
    fetch: (place, install) => {
      run(place, ["cargo", "init", "--quiet", "--name", "receiver"]);
      run(place, words(install, ""));
    },
    start: (place, code) => {
      write(place, "src/main.rs", code.replace("0.0.0.0:8080", `127.0.0.1:${place.port}`));
      // The crates are built once for all styles: what those share is most of it.
      const shared = { CARGO_TARGET_DIR: foreignEnvironment()["CARGO_TARGET_DIR"] ?? join(place.directory, "../webster-snippet-target") };
      const [, program = ""] = run(place, ["cargo", "build", "--message-format", "json"], shared).match(/"executable":"([^"]+)"/) ?? [];
      return serve(place, [program]);
    },
  },
  Java: {
    tool: ["mvn", "--version"],
    fetch: (place, install) => {
      const named = /^[\w.-]+:[\w.-]+/.exec(install);
      write(place, "pom.xml", pomOf(["org.springframework.boot:spring-boot-starter-web", ...(named ?? [])]));
      run(place, ["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", "-DoutputDirectory=lib"]);
    },
    start: (place, code) => {
      write(place, "receiver/Receiver.java", `package receiver;\n\n${code}\n`);
      write(place, "receiver/Application.java", application);
      run(place, ["javac", "-cp", "lib/*", "-d", "classes", "receiver/Receiver.java", "receiver/Application.java"]);
      const settings = { SERVER_PORT: String(place.port), SERVER_ADDRESS: "127.0.0.1" };
      return serve(place, ["java", "-cp", `lib/*${delimiter}classes`, "receiver.Application"], settings);
    },
  },
  Ruby: {
    tool: ["gem", "--version"],
    fetch: (place, install) => {
      const gems = words(install, "gem install").filter((gem) => !isThere(["ruby", "-e", `exit Gem.find_files("${gem}.rb").any?`]));
      if (gems.length > 0) run(place, ["gem", "install", "--no-document", "--install-dir", "gems", ...gems]);
    },
    start: (place, code) => {
      write(place, "receive.rb", code);
      return serve(place, ["ruby", "receive.rb", "-o", "127.0.0.1", "-p", String(place.port)], { GEM_PATH: `gems${delimiter}` });
    },
  },
  PHP: {
    tool: ["php", "--version"],
    fetch: (place, install) => {
      if (install.startsWith("composer")) run(place, words(install, ""));
    },
    start: (place, code) => {
      write(place, "receive.php", code);
      return serve(place, ["php", "-S", `127.0.0.1:${place.port}`, "receive.php"]);
    },
  },
  "C#": {
    tool: ["dotnet", "--version"],
    fetch: (place, install) => {
      run(place, ["dotnet", "new", "web", "--name", "Receiver", "--output", "."]);
      if (install.startsWith("dotnet")) run(place, words(install, ""));
    },
    start: (place, code) => {
      write(place, "Program.cs", code);
      run(place, ["dotnet", "build", "--output", "built"]);
      return serve(place, ["dotnet", "built/Receiver.dll"], { ASPNETCORE_URLS: `http://127.0.0.1:${place.port}` });
    },
  },
};

const words = (install: string, before: string): string[] => install.slice(before.length).trim().split(" ");

function write({ directory }: Place, name: string, text: string): void {
  const file = join(directory, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function run({ directory }: Place, [command = "", ...parameters]: string[], variables: Record<string, string> = {}): string {
  const env = { ...foreignEnvironment(), ...variables, NODE_ENV: "production" as const };
  return execFileSync(command, parameters, { cwd: directory, env, stdio: "pipe", encoding: "utf8", maxBuffer: 1e8 });
}

function isThere([command = "", ...parameters]: string[]): boolean {
  try {
    execFileSync(command, parameters, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function serve(
  { directory, secret }: Place,
  [command = "", ...parameters]: string[],
  variables: Record<string, string> = {},
): ChildProcess {
  const env = { ...foreignEnvironment(), ...variables, WEBHOOK_SECRET: secret, NODE_ENV: "production" as const };
  return spawn(command, parameters, { cwd: directory, env, stdio: "ignore" });
}

const pomOf = (packages: string[]): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>receiver</groupId>
  <artifactId>receiver</artifactId>
  <version>1</version>
  <dependencies>
${packages.map((one) => dependencyOf(one.split(":"))).join("\n")}
  </dependencies>
</project>
`;

const dependencyOf = ([group, artifact]: string[]): string =>
  `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>RELEASE</version></dependency>`;

/** The application around the controller that is shown. */
const application = `package receiver;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Application {
  public static void main(String[] parameters) {
    SpringApplication.run(Application.class, parameters);
  }
}
`;
