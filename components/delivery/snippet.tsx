"use client";

import { useState } from "react";
import type { EndpointSignatureOut } from "../../lib/contract/signature.ts";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { Select } from "../ui/select.tsx";
import { githubSnippets } from "./snippetsGithub.ts";
import { stripeSnippets } from "./snippetsStripe.ts";
import { svixSnippets } from "./snippetsSvix.ts";
import { type Snippet as Code, snippets as standardSnippets } from "./snippets.ts";

export function Snippet({ signature }: { signature: EndpointSignatureOut }) {
  const [language, setLanguage] = useState("TypeScript");
  const snippets = snippetsOf(signature);
  const shown = snippets.find((snippet) => snippet.language === language);
  return (
    <div className="space-y-3">
      <Select
        aria-label="Language"
        className="w-auto!"
        options={snippets.map((snippet) => ({ value: snippet.language, label: snippet.language }))}
        value={language}
        onChange={(event) => setLanguage(event.target.value)}
      />
      {shown && <CodeBlock title={shown.language} note={<code className="font-mono text-xs">{shown.install}</code>} code={shown.code} />}
    </div>
  );
}

function snippetsOf(signature: EndpointSignatureOut): Code[] {
  switch (signature.style) {
    case "standard":
      return standardSnippets;
    case "svix":
      return svixSnippets;
    case "stripe":
      return stripeSnippets(signature.signatureHeader);
    case "github":
      return githubSnippets(signature.signatureHeader);
  }
}
