/** The newest `com.svix.kotlin:svix-kotlin` of Maven Central, called from Java: no Kotlin compiler is needed. */
import { join } from "node:path";
import type { Client } from "../client.ts";
import { java } from "../java/install.ts";
import { installFromMaven } from "../java/maven.ts";

export const kotlin: Client = {
  language: "Kotlin",
  tools: java.tools,
  install: (directory) =>
    // The SDK does without a JSON library of Java's, which reads the plan.
    installFromMaven(
      directory,
      ["com.svix.kotlin:svix-kotlin", "com.fasterxml.jackson.core:jackson-databind"],
      join(import.meta.dirname, "KotlinSdk.java"),
    ),
};
