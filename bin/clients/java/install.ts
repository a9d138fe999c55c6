/** The newest `com.svix:svix` of Maven Central. */
import { join } from "node:path";
import type { Client } from "../client.ts";
import { installFromMaven } from "./maven.ts";

export const java: Client = {
  language: "Java",
  tools: [
    ["javac", "-version"],
    ["mvn", "--version"],
  ],
  install: (directory) => installFromMaven(directory, ["com.svix:svix"], join(import.meta.dirname, "JavaSdk.java")),
};
