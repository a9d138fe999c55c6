import { expect, test } from "vitest";
import { providers, secretFault } from "../../lib/webhooks/verification.ts";
import { secretForms } from "../../lib/words/secretForm.ts";
import { listProviders } from "../../lib/services/source/sourceConfig.ts";
import { formToGenerate, generatedSecret } from "./generatedSecret.ts";

test("a generated secret has 32 random bytes, in its form", () => {
  const hex = generatedSecret("hex");
  const whsec = generatedSecret("whsec");
  expect(hex).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.from(whsec.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
  for (const form of secretForms) expect(generatedSecret(form)).not.toBe(generatedSecret(form));
});

test("each provider whose secret people choose takes a generated one", () => {
  const chosen = Object.entries(providers).flatMap(([kind, { fields }]) =>
    fields.flatMap(({ name, chosenAs }) => (name === "secret" && chosenAs !== undefined ? [{ kind, chosenAs }] : [])),
  );
  expect(chosen.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["github", "gitlab", "gitlab-token", "standard-webhooks", "hmac"]));
  const faults = chosen.map(({ kind, chosenAs }) => {
    const settings = kind === "hmac" ? { header: "x-signature" } : {};
    return [kind, secretFault(kind as keyof typeof providers, generatedSecret(chosenAs), settings)];
  });
  expect(faults.filter(([, fault]) => fault !== null)).toEqual([]);
});

test("one is generated for no algorithm, or other choice, that does not take it", () => {
  const refused = listProviders().flatMap((provider) =>
    provider.fields.flatMap((field) =>
      provider.fields.flatMap(({ name, options }) =>
        (options ?? []).flatMap((option) => {
          const settings = { ...(provider.kind === "hmac" ? { header: "x-signature" } : {}), [name]: option };
          const form = field.name === "secret" ? formToGenerate(field, provider, settings) : null;
          const fault = form === null ? null : secretFault(provider.kind as keyof typeof providers, generatedSecret(form), settings);
          return fault === null ? [] : [[provider.kind, option, fault]];
        }),
      ),
    ),
  );
  expect(refused).toEqual([]);
  const jwt = listProviders().find(({ kind }) => kind === "jwt");
  const [key] = jwt?.fields ?? [];
  expect(["", "HS512", "RS256", "EdDSA"].map((algorithm) => jwt && key && formToGenerate(key, jwt, { algorithm }))).toEqual([
    "hex",
    "hex",
    null,
    null,
  ]);
});

test("a generated key is taken in each encoding that a key of one's own may have", () => {
  const encodings = providers.hmac.fields.find(({ name }) => name === "secretEncoding")?.options ?? [];
  expect(encodings).toContain("base64");
  const faultIn = (secretEncoding: string) => secretFault("hmac", generatedSecret("hex"), { header: "x-signature", secretEncoding });
  expect(encodings.filter((encoding) => faultIn(encoding) !== null)).toEqual([]);
});
