"use client";

import { useState } from "react";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { Select } from "../ui/select.tsx";
import { snippets } from "./snippets.ts";

export function Snippet() {
  const [language, setLanguage] = useState("TypeScript");
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
