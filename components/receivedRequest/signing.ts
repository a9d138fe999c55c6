/** How a source's provider signs, where a source's own settings have a say in it. */
import type { ProviderSigning } from "../../lib/contract/providerSigning.ts";

const plain: ProviderSigning = {
  place: "header",
  name: "",
  prefix: "",
  hash: null,
  encoding: "hex",
  content: "{body}",
  timestampHeader: null,
  timestampUnit: "s",
  idHeader: null,
  timestampName: "",
  signatureName: "",
  separator: "",
  bodyTime: null,
  bodyHash: null,
  alternatives: [],
};

/** The provider's signing as data. Null: it can't be written down as code, so a request can only be sent as it came. */
export function signingOf(kind: string, signing: ProviderSigning | null, settings: Record<string, string>): ProviderSigning | null {
  switch (kind) {
    case "url-token":
      return { ...plain, place: "query", name: settings["parameter"] || "token" };
    case "api-key":
      return { ...plain, name: (settings["header"] || "x-api-key").toLowerCase(), prefix: settings["prefix"] ?? "" };
    case "hmac":
      return genericHmac(settings);
    case "hubspot":
      // The older versions of HubSpot's signature are plain hashes.
      return (settings["version"] || "v3") === "v3" ? signing : null;
    default:
      return signing;
  }
}

function genericHmac(settings: Record<string, string>): ProviderSigning | null {
  const hash = (["sha1", "sha256", "sha512"] as const).find((name) => name === (settings["hash"] || "sha256"));
  const encoding = (["hex", "base64", "base64url"] as const).find((name) => name === (settings["encoding"] || "hex"));
  const isText = (settings["secretEncoding"] || "text") === "text";
  if (hash === undefined || encoding === undefined || !isText) return null;
  const [header = ""] = (settings["header"] ?? "").split(",");
  const signed = {
    ...plain,
    name: header.trim().toLowerCase(),
    hash,
    encoding,
    content: settings["template"] || "{body}",
    timestampUnit: (["s", "ms", "iso"] as const).find((unit) => unit === settings["timestampUnit"]) ?? "s",
  };
  const prefix = settings["prefix"] ?? "";
  if (settings["timestampName"])
    return {
      ...signed,
      place: "pairs",
      timestampName: settings["timestampName"],
      signatureName: prefix.replace(/=$/, ""),
      separator: separators[settings["separator"] || "comma"] ?? ",",
    };
  return {
    ...signed,
    prefix,
    timestampHeader: settings["timestampHeader"]?.toLowerCase() || null,
    idHeader: settings["idHeader"]?.toLowerCase() || null,
  };
}

const separators: Record<string, string> = { comma: ",", semicolon: ";", space: " " };
