/** compose.yaml and the Helm chart say of Webster what is so: its version, its settings, its commands. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readEnv } from "../lib/env.ts";
import { settings, type Setting } from "../lib/settings.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const chart = "deploy/helm/webster";
/** Of programs beside the server, which no container is. */
const elsewhere = ["WEBSTER_API_KEY", "SVIX_TOKEN"];

test("the chart is of this version", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(parse(read(`${chart}/Chart.yaml`))).toMatchObject({ version, appVersion: version });
});

test("the chart takes every setting that is a secret from its Secret, but the owner's", () => {
  const taken = /define "webster.secretKeys" -\}\}\n(.*)\n/.exec(read(`${chart}/templates/_helpers.tpl`))?.[1]?.split(" ");
  const secrets = Object.entries<Setting>(settings).filter(([name, { secret }]) => secret !== null && !elsewhere.includes(name));
  expect([...(taken ?? []), "DATABASE_OWNER_URL"].sort()).toEqual(secrets.map(([name]) => name).sort());
});

test("the chart's migration has every setting that the servers have: one of a pair alone would end it", () => {
  const [, picked = ""] = /^stringData: \{\{- toYaml (.*) \| nindent/m.exec(read(`${chart}/templates/migration.yaml`)) ?? [];
  const isIn = (name: string): boolean => picked === ".Values.secrets.values" || picked.includes(`"${name}"`);
  const given: Record<string, string> = {
    DATABASE_URL: "postgresql://webster_app@db/webster",
    WEBSTER_SECRET: "a master secret for tests of the chart",
    WEBSTER_SMTP_URL: "smtp://mail.example.com",
    WEBSTER_GITHUB_SECRET: "a secret of GitHub's",
    WEBSTER_BOOTSTRAP_PASSWORD: "a password of the owner's",
  };
  const secrets = Object.entries(given).filter(([name]) => isIn(name));
  const env = {
    ...Object.fromEntries(secrets),
    WEBSTER_URL: "https://webhooks.example.com",
    WEBSTER_MAIL_FROM: "webster@example.com",
    WEBSTER_GITHUB_ID: "an-id",
    WEBSTER_BOOTSTRAP_EMAIL: "ada@example.com",
  };
  expect(readEnv(env, { needsSecret: false })).toMatchObject({ mail: { from: "webster@example.com" }, github: { clientId: "an-id" } });
});

test("they name settings and commands that there are", () => {
  const files = [
    "compose.yaml",
    "Dockerfile",
    ...["_helpers.tpl", "migration.yaml", "backup.yaml"].map((name) => `${chart}/templates/${name}`),
  ];
  const named = files.flatMap((file) => [...read(file).matchAll(/\b(?:WEBSTER|DATABASE)_[A-Z_]+\b/g)].map(([name]) => name));
  const composes = ["WEBSTER_DOMAIN", "WEBSTER_IMAGE"];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !Object.hasOwn(settings, name) && !composes.includes(name))).toEqual([]);
  const commands = files.flatMap((file) => [...read(file).matchAll(/^\s+(?:command|args): \[(\w+)\]$/gm)].map(([, name = ""]) => name));
  expect(new Set(commands)).toEqual(new Set(["migrate", "server", "worker"]));
});

test("the alert rules of the chart are those of deploy/prometheus", () => {
  expect(parse(read(`${chart}/files/alerts.yaml`))).toEqual(parse(read("deploy/prometheus/alerts.yaml")));
});

test("compose.yaml has two workers, and starts nothing before the tables are there", () => {
  type Service = { depends_on?: Record<string, { condition: string }>; deploy?: { replicas: number }; read_only?: boolean };
  const { services } = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service> };
  expect(services["worker"]?.deploy?.replicas).toBe(2);
  for (const name of ["web", "worker"]) {
    expect(services[name]?.depends_on?.["migrate"]?.condition).toBe("service_completed_successfully");
    expect(services[name]?.read_only).toBe(true);
  }
});
