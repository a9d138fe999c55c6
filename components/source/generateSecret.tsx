import type { SecretForm } from "../../lib/words/secretForm.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { generatedSecret } from "./generatedSecret.ts";

type GenerateSecretProps = { form: SecretForm; label: string; value: string; onChange: (secret: string) => void };

/** Below the field of a secret that people make up themselves: makes one up, and copies it for the provider's settings. */
export const GenerateSecret = ({ form, label, value, onChange }: GenerateSecretProps) => (
  <div className="mt-2 flex items-center gap-2">
    <Button variant="secondary" size="small" aria-label={`Generate ${label.toLowerCase()}`} onClick={() => onChange(generatedSecret(form))}>
      Generate
    </Button>
    {value !== "" && <CopyButton text={value} label={label.toLowerCase()} />}
  </div>
);
