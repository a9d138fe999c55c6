import { cookies, headers } from "next/headers";
import { type Look, lookCookie, lookOf, styleOf } from "../../components/portal/look.ts";

/** The look that the last link asked for. */
export async function readLook(): Promise<Look> {
  return lookOf(decoded((await cookies()).get(lookCookie)?.value ?? ""));
}

export async function LookStyle({ look }: { look: Look }) {
  const style = styleOf(look);
  const nonce = /'nonce-([\w-]+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];
  return (
    <>
      {style !== "" && <style nonce={nonce}>{style}</style>}
      {look.theme !== null && <span hidden data-portal-theme={look.theme} />}
    </>
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
