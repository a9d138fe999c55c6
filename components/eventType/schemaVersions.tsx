"use client";

import { useState } from "react";
import { indentJson } from "../form/prettyJson.ts";
import { jsonParts } from "../form/jsonParts.ts";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { Select } from "../ui/select.tsx";
import { Status } from "../ui/status.tsx";
import { examplesOf } from "./examples.ts";
import { byNumber } from "./schemaFromPayloads.ts";
import { type SchemaChange, changesBetween } from "./schemaDifference.ts";

type Schemas = Record<string, unknown>;

/** One version at a time, the newest first, and what it changes for those who read its payloads. */
export function SchemaVersions({ schemas, schemasText }: { schemas: Schemas; schemasText: string | null }) {
  const versions = Object.keys(schemas).toSorted((a, b) => byNumber(b, a));
  const [chosen, setChosen] = useState<string | null>(null);
  const [other, setOther] = useState<string | null>(null);
  const version = chosen !== null && versions.includes(chosen) ? chosen : (versions[0] ?? "");
  const earlier = versions.filter((one) => one !== version);
  const before = other !== null && earlier.includes(other) ? other : (earlier.find((one) => byNumber(one, version) < 0) ?? earlier[0]);
  const examples = examplesOf(schemasText).filter((example) => example.version === version);
  const options = (names: string[]) => names.map((name) => ({ value: name, label: `Version ${name}` }));
  return (
    <div className="space-y-3">
      {versions.length > 1 && (
        <div className="flex flex-wrap items-end gap-3">
          <Labelled label="Show">
            <Select options={options(versions)} value={version} onChange={(event) => setChosen(event.target.value)} />
          </Labelled>
          <Labelled label="Compare with">
            <Select options={options(earlier)} value={before} onChange={(event) => setOther(event.target.value)} />
          </Labelled>
        </div>
      )}
      {before !== undefined && (
        <Difference from={before} to={version} changes={changesBetween(schemas[before] as Schemas, schemas[version] as Schemas)} />
      )}
      {examples.map(({ number, text }) => (
        <CodeBlock key={number} title={`Example ${number} of version ${version}`} code={text} />
      ))}
      <CodeBlock title={`JSON Schema, version ${version}`} code={indentJson(jsonParts(schemasText ?? "{}").get(version) ?? "")} />
    </div>
  );
}

const Labelled = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <label className="block text-sm">
    <span className="mb-1 block text-ink-muted">{label}</span>
    {children}
  </label>
);

function Difference({ from, to, changes }: { from: string; to: string; changes: SchemaChange[] }) {
  const breaking = changes.filter((change) => change.breaking).length;
  return (
    <section aria-label="Changes" className="rounded-md border border-line">
      <p className="border-b border-line p-3 font-medium">
        {`From version ${from} to ${to}: `}
        {changes.length === 0
          ? "no field changes"
          : breaking === 0
            ? "nothing breaks its readers"
            : `${breaking} of ${changes.length} changes break its readers`}
      </p>
      {changes.length > 0 && (
        <ul className="divide-y divide-line text-sm">
          {changes.map(({ breaking, path, what }) => (
            <li key={`${path} ${what}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
              <Status tone={breaking ? "bad" : "good"}>{breaking ? "Breaks" : "Compatible"}</Status>
              <code className="font-mono text-xs wrap-anywhere">{path === "" ? "(payload)" : path}</code>
              <span className="text-ink-muted wrap-anywhere">{what}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
