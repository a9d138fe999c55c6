"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReceivedRequestDetail } from "../../lib/contract/receivedRequest.ts";
import { providersQuery, sourceQuery } from "../source/queries.ts";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { Select } from "../ui/select.tsx";
import type { Captured } from "./captured.ts";
import { pytestOf } from "./pytestFixture.ts";
import { requestCurl } from "./requestCurl.ts";
import { signingOf } from "./signing.ts";
import { vitestOf } from "./vitestFixture.ts";

const forms = [
  { value: "curl", label: "cURL" },
  { value: "vitest", label: "Test, vitest" },
  { value: "pytest", label: "Test, pytest" },
];

/** The request as a command, or as a test that signs it anew. */
export function Reuse({ request }: { request: ReceivedRequestDetail }) {
  const [form, setForm] = useState("curl");
  const { data: source } = useQuery(sourceQuery(request.source.id));
  const { data: providers } = useQuery(providersQuery);
  const provider = providers?.find(({ kind }) => kind === request.source.provider);
  const captured: Captured = {
    what: `${request.eventType ?? "request"} of ${request.source.name}`,
    method: request.method,
    url: `${source?.url ?? "https://webster.example/in/TOKEN"}${request.path}${request.query === "" ? "" : `?${request.query}`}`,
    headers: request.headers,
    bodyBase64: request.body?.base64 ?? "",
    signing: signingOf(request.source.provider, provider?.signing ?? null, source?.settings ?? {}),
  };
  const shown =
    form === "curl"
      ? { code: requestCurl(captured), note: "With the headers as they came: a signature that has grown old is refused." }
      : {
          code: form === "vitest" ? vitestOf(captured) : pytestOf(captured),
          note:
            captured.signing === null
              ? "Set WEBHOOK_URL to your handler’s. This provider’s signature cannot be made anew here."
              : "Set WEBHOOK_URL to your handler’s and WEBHOOK_SECRET to its secret: each run signs with a fresh timestamp.",
        };
  return (
    <section aria-labelledby="reuse">
      <h2 id="reuse" className="mb-2 font-semibold">
        Send it again yourself
      </h2>
      <div className="space-y-3">
        <Select aria-label="As" className="w-auto!" options={forms} value={form} onChange={(event) => setForm(event.target.value)} />
        <CodeBlock title={forms.find(({ value }) => value === form)?.label ?? ""} note={shown.note} code={shown.code} />
      </div>
    </section>
  );
}
