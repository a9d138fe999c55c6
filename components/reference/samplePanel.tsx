"use client";

import { CodeBlock } from "../ui/codeBlock.tsx";
import { Select } from "../ui/select.tsx";
import { useLanguage } from "./languageChoice.tsx";
import { type Language, languages } from "./languages.ts";
import type { Sample } from "./samples/samples.ts";

const options = languages.map((language) => ({ value: language, label: language }));

export function SamplePanel({ samples, summary }: { samples: Sample[]; summary: string }) {
  const { language, choose } = useLanguage();
  return (
    <div className="space-y-2">
      <Select
        aria-label={`Language of the example: ${summary}`}
        className="w-auto!"
        options={options}
        value={language}
        onChange={(event) => choose(event.target.value as Language)}
      />
      <CodeBlock title="Example" code={samples.find((sample) => sample.language === language)?.code ?? ""} />
    </div>
  );
}
