/**
 * `npm run prove:chart`: lints the Helm chart, renders it with values of several kinds, and holds what comes of it against the
 * shapes of Kubernetes and of the Prometheus operator, strictly, by kubeconform. Values that are wrong must be refused.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { readEnv } from "../lib/env.ts";
import { temporaryDirectory } from "../lib/testing/program.ts";
import { requirePrograms, run, tryRun } from "./prove/commands.ts";
import { judge } from "./prove/exercise.ts";
import { schemaLocation, writeSchemas } from "./prove/kubernetesSchemas.ts";

const chart = "deploy/helm/webster";
const kubernetesVersion = "1.33.0";

requirePrograms(
  ["helm", "kubeconform", "go"],
  "go install helm.sh/helm/v3/cmd/helm@latest; go install github.com/yannh/kubeconform/cmd/kubeconform@latest",
);

const least = {
  image: { repository: "registry.example.com/webster" },
  url: "https://webhooks.example.com",
  secrets: { existing: "webster" },
};
const all = {
  ...least,
  secrets: {
    values: {
      DATABASE_URL: "postgresql://webster_app@db/webster",
      WEBSTER_SECRET: "a".repeat(32),
      WEBSTER_SMTP_URL: "smtp://mail.example.com",
    },
  },
  settings: {
    WEBSTER_MAIL_FROM: "webster@example.com",
    WEBSTER_RETENTION_DAYS: 30,
    WEBSTER_QUARANTINE_BYTES: 10737418240,
    WEBSTER_HTTPS_ONLY: false,
    WEBSTER_LEASE_SECONDS: 7.5,
    OTEL_SERVICE_NAME: "w",
  },
  imagePullSecrets: [{ name: "registry" }],
  migration: { ownerUrl: "postgresql://webster_owner@db/webster" },
  web: { autoscaling: { enabled: true }, podAnnotations: { "example.com/a": "b" }, nodeSelector: { a: "b" } },
  worker: { autoscaling: { enabled: true }, tolerations: [{ key: "a", operator: "Exists" }] },
  ingress: { enabled: true, className: "nginx", tls: [{ secretName: "webster-tls", hosts: ["webhooks.example.com"] }] },
  networkPolicy: {
    ingressFrom: [{ namespaceSelector: { matchLabels: { name: "ingress" } } }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { name: "monitoring" } } }],
    databaseTo: [{ ipBlock: { cidr: "10.1.0.0/16" } }],
    extraEgress: [{ ports: [{ port: 587 }] }],
  },
  monitoring: { serviceMonitor: { enabled: true, labels: { release: "prometheus" } }, prometheusRule: { enabled: true } },
  backup: { enabled: true, storageClassName: "slow" },
  extraVolumes: [{ name: "ca", configMap: { name: "ca" } }],
  extraVolumeMounts: [{ name: "ca", mountPath: "/etc/webster", readOnly: true }],
};
const bare = {
  ...least,
  migration: { enabled: false },
  networkPolicy: { enabled: false },
  podDisruptionBudget: { enabled: false },
  serviceAccount: { create: false },
};
const owned = { ...least, migration: { existingSecret: "owner" }, backup: { enabled: true, existingClaim: "backups" } };
const sets = { least, all, bare, owned };

const wrong = {
  "no image": { ...least, image: {} },
  "no address": { ...least, url: "" },
  "no secret": { ...least, secrets: { values: { DATABASE_URL: "postgresql://db/webster" } } },
  "a value that there is not": { ...least, replicas: 3 },
  "a setting that the chart makes itself": { ...least, settings: { WEBSTER_STOP_SECONDS: 5 } },
};

const [directory, remove] = temporaryDirectory();

const written = (name: string, values: object): string => {
  const file = join(directory, `${name.replaceAll(" ", "-")}.json`);
  writeFileSync(file, JSON.stringify(values));
  return file;
};
const render = (file: string) =>
  tryRun("helm", ["template", "w", chart, "--namespace", "webhooks", "--kube-version", kubernetesVersion, "--values", file]);

const schemas = join(directory, "schemas");

/** What kubeconform says of resources, and what it does not like. */
function check(resources: string) {
  const args = ["-strict", "-summary", "-output", "json", "-schema-location", schemaLocation(schemas)];
  return JSON.parse(tryRun("kubeconform", args, resources).stdout) as { resources: object[]; summary: Record<string, number> };
}

/** Whether nothing is cut off: pods are given longer to end than Webster takes. */
function graceOf(text: string): boolean {
  const pods = parseAllDocuments(text).map((document) => document.toJS() as { kind?: string; spec?: { template?: { spec: Pod } } } | null);
  const deployments = pods.filter((one) => one?.kind === "Deployment").map((one) => one?.spec?.template?.spec);
  const seconds = (pod: Pod, name: string): number => Number(pod.containers[0]?.env.find((one) => one.name === name)?.value);
  return deployments.every(
    (pod) =>
      pod !== undefined &&
      pod.terminationGracePeriodSeconds > seconds(pod, "WEBSTER_STOP_DELAY_SECONDS") + seconds(pod, "WEBSTER_STOP_SECONDS"),
  );
}

/** What is wrong with the settings of each container, as Webster says it when it reads them. */
function faultsOfSettings(text: string): string[] {
  const resources = parseAllDocuments(text).map((document) => document.toJS() as Resource | null);
  const secrets = new Map(resources.flatMap((one) => (one?.kind === "Secret" ? [[one.metadata.name, one.stringData ?? {}] as const] : [])));
  const containers = resources.flatMap((one) => (one?.spec?.template ?? one?.spec?.jobTemplate?.spec.template)?.spec.containers ?? []);
  return containers.flatMap(({ name, env }) => {
    const values = env.map(({ name: setting, value, valueFrom }) => {
      const { name: secret = "", key = "" } = valueFrom?.secretKeyRef ?? {};
      // A Secret that is the operator's has what is required.
      return [setting, value ?? (secrets.has(secret) ? secrets.get(secret)?.[key] : required[key])] as const;
    });
    try {
      readEnv(Object.fromEntries(values));
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  });
}

const required: Record<string, string> = {
  DATABASE_URL: "postgresql://webster_app@db/webster",
  DATABASE_OWNER_URL: "postgresql://webster_owner@db/webster",
  WEBSTER_SECRET: "a".repeat(32),
};

type Variable = { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } };
type Pod = { terminationGracePeriodSeconds: number; containers: { name: string; env: Variable[] }[] };
type Resource = {
  kind: string;
  metadata: { name: string };
  stringData?: Record<string, string>;
  spec?: { template?: { spec: Pod }; jobTemplate?: { spec: { template: { spec: Pod } } } };
};

try {
  mkdirSync(schemas);
  console.log(`${run("helm", ["version", "--short"])}, kubeconform ${run("kubeconform", ["-v"])}, ${writeSchemas(schemas)} kinds`);
  for (const [name, values] of Object.entries(sets)) {
    const file = written(name, values);
    const linted = tryRun("helm", ["lint", chart, "--strict", "--kube-version", kubernetesVersion, "--values", file]);
    judge(`${name}: helm lint`, linted.status === 0 ? 0 : `${linted.stdout}${linted.stderr}`, 0);
    const { status, stdout, stderr } = render(file);
    judge(`${name}: helm template`, status === 0 ? 0 : stderr, 0);
    const { resources, summary } = check(stdout);
    judge(
      `${name}: kubeconform, ${summary["valid"]} resources`,
      { ...summary, valid: 0, faults: resources },
      { valid: 0, invalid: 0, errors: 0, skipped: 0, faults: [] },
    );
    judge(`${name}: pods have time to end`, graceOf(stdout), true);
    judge(`${name}: Webster takes the settings of each container`, faultsOfSettings(stdout), []);
    if (name === "all") judge("numbers", /"10737418240"/.test(stdout) && /"7\.5"/.test(stdout) && /value: "30"/.test(stdout), true);
  }
  const misspelt = render(written("misspelt", { ...least, securityContext: { readOnlyRootFileSystem: true } })).stdout;
  judge("kubeconform sees what there is not", check(misspelt).summary["invalid"], 3);
  for (const [name, values] of Object.entries(wrong)) judge(`refused: ${name}`, render(written(name, values)).status === 0, false);
} finally {
  remove();
}
