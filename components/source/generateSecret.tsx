import { useState } from "react";
import type { SecretForm } from "../../lib/words/secretForm.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { generatedSecret } from "./generatedSecret.ts";
import { inText } from "./sourceDraft.ts";

type GenerateSecretProps = { form: SecretForm; label: string; value: string; onChange: (secret: string) => void };

/**
 * Below the field of a secret that people make up themselves: makes one up, and copies it for the provider's settings. What
 * somebody has entered is replaced at the second press.
 */
export function GenerateSecret({ form, label, value, onChange }: GenerateSecretProps) {
  const noun = inText(label);
  const [made, setMade] = useState("");
  /** The text that is asked about. */
  const [asked, setAsked] = useState("");
  const isEntered = value !== "" && value !== made;
  const isAsking = isEntered && asked === value;
  const generate = () => {
    if (isEntered && !isAsking) return setAsked(value);
    const secret = generatedSecret(form);
    setMade(secret);
    setAsked("");
    onChange(secret);
  };
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      {isAsking && <output className="block w-full text-sm">What you have entered would be gone.</output>}
      <Button variant="secondary" size="small" aria-label={isAsking ? `Replace ${noun}` : `Generate ${noun}`} onClick={generate}>
        {isAsking ? "Replace it" : "Generate"}
      </Button>
      {isAsking && (
        <Button variant="quiet" size="small" onClick={() => setAsked("")}>
          Keep it
        </Button>
      )}
      {value !== "" && <CopyButton text={value} label={noun} />}
    </div>
  );
}
