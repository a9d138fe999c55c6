/** How a provider signs, told as data: enough to write code that signs the same way. */
import * as z from "zod/mini";

export const ProviderSigning = z
  .object({
    place: z.enum(["header", "pairs", "query", "standard"]).check(
      z.meta({
        description:
          "header, query: under `name`. pairs: `t=…,v1=…` in the header `name`. standard: the three headers of Standard Webhooks.",
      }),
    ),
    name: z.string(),
    prefix: z.string().check(z.meta({ description: "What stands in front of the signature." })),
    hash: z
      .nullable(z.enum(["sha1", "sha256", "sha384", "sha512"]))
      .check(z.meta({ description: "Of the HMAC. Null: the secret itself is sent." })),
    encoding: z.enum(["hex", "base64", "base64url"]),
    content: z.string().check(
      z.meta({
        description:
          "What is signed: {body}, {timestamp}, {id}, {url} and {method} stand for the request's own; {form} for a form's names and values, sorted and without what is there twice; {decodedUrl} for the URL with %3A %2F %3F %40 %21 %24 %27 %28 %29 %2A %2C %3B decoded.",
      }),
    ),
    timestampHeader: z.nullable(z.string()),
    timestampUnit: z.enum(["s", "ms", "iso"]).check(z.meta({ description: "iso: RFC 3339." })),
    idHeader: z.nullable(z.string()).check(z.meta({ description: "Where the id of {id} goes, if it has a header of its own." })),
    timestampName: z.string().check(z.meta({ description: "With pairs: the time's name." })),
    signatureName: z.string().check(z.meta({ description: "With pairs: the signature's name." })),
    separator: z.string().check(z.meta({ description: "With pairs: what stands between them." })),
    bodyTime: z.nullable(z.string()).check(z.meta({ description: "The member of the JSON body that holds the time." })),
    bodyHash: z.nullable(z.string()).check(
      z.meta({
        description: "For bodies that are not forms: the URL parameter with the body's SHA-256, which is signed along with the URL.",
      }),
    ),
    alternatives: z
      .array(z.object({ place: z.enum(["header", "query", "standard"]), name: z.string(), prefix: z.string() }))
      .check(z.meta({ description: "Where the same signature may stand instead." })),
  })
  .check(z.meta({ id: "ProviderSigning" }));
export type ProviderSigning = z.output<typeof ProviderSigning>;
