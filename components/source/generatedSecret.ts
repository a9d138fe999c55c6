import type { SecretForm } from "../../lib/words/secretForm.ts";

const bytesOfSecret = 32;

const writers: Record<SecretForm, (bytes: Uint8Array) => string> = {
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  whsec: (bytes) => `whsec_${btoa(String.fromCharCode(...bytes))}`,
};

/** A secret that nobody can guess, made by the browser: nobody else knows it until it is saved. */
export const generatedSecret = (form: SecretForm): string => writers[form](crypto.getRandomValues(new Uint8Array(bytesOfSecret)));
