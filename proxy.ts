import { NextResponse, type NextRequest } from "next/server";
import { frameOriginsFor, frameOriginsOf } from "./lib/auth/portalFrames.ts";
import { env } from "./lib/env.ts";

/**
 * A content security policy with a fresh nonce for each page. Nothing else happens here: who may do what is
 * decided by the API. Paths of the API never pass through.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const policy = contentSecurityPolicy(crypto.randomUUID(), await frameAncestors(request));
  const headers = new Headers(request.headers);
  // Next.js reads the nonce from the request's policy and puts it on its own scripts and styles.
  headers.set("content-security-policy", policy);
  // Layouts are not told the address; signing in leads back to it.
  headers.set("webster-path", request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

// Whatever else begins like these is a page, if only the one that says that there is none.
export const config = {
  matcher: ["/((?!api/v1(?:/|$)|api/auth/|ingest/api/v1(?:/|$)|inbox/|in/|health(?:/|$)|_next/static/|icon.svg$|favicon.ico$).*)"],
};

function contentSecurityPolicy(nonce: string, ancestors: string): string {
  // The development server evaluates code and injects styles without a nonce.
  const development = !env().production;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ].join("; ");
}

/** The portal may be embedded in the sender's own product, where its environment or the operator says so; no other page may be. */
async function frameAncestors({ nextUrl: { pathname, searchParams }, headers }: NextRequest): Promise<string> {
  const isBehind = pathname.startsWith("/portal/");
  if (pathname !== "/portal" && !isBehind) return "'none'";
  const origins = isBehind ? await frameOriginsFor(headers.get("cookie") ?? "") : await frameOriginsOf(searchParams.get("environment"));
  return ["'self'", ...origins].join(" ");
}
