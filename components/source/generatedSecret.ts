import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import type { SecretForm } from "../../lib/words/secretForm.ts";

const bytesOfSecret = 32;

const writers: Record<SecretForm, (bytes: Uint8Array) => string> = {
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  whsec: (bytes) => `whsec_${btoa(String.fromCharCode(...bytes))}`,
};

type SecretField = Pick<SourceProviderOut["fields"][number], "chosenAs" | "chosenFor">;

/** The form in which people make up this secret, with these settings; null: it is given to them. */
export function formToGenerate({ chosenAs, chosenFor }: SecretField, { fields }: Pick<SourceProviderOut, "fields">, settings: Settings) {
  if (chosenFor === null) return chosenAs;
  const preset = fields.find(({ name }) => name === chosenFor.setting)?.default ?? "";
  return chosenFor.values.includes(settings[chosenFor.setting] || preset) ? chosenAs : null;
}

type Settings = Readonly<Record<string, string>>;

/** A secret that nobody can guess, made by the browser: nobody else knows it until it is saved. */
export const generatedSecret = (form: SecretForm): string => writers[form](crypto.getRandomValues(new Uint8Array(bytesOfSecret)));
