import { expect, test } from "vitest";
import { isAllowedInAnswers } from "./responseHeaders.ts";

/** Of the registries of IANA and MDN, and of what proxies' manuals name: each makes a browser or a proxy do something. */
const withReins = `
  Accept-CH Accept-Ranges Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Allow-Methods
  Access-Control-Allow-Origin Access-Control-Allow-Private-Network Access-Control-Expose-Headers Access-Control-Max-Age
  Access-Control-Webhook Activate-Storage-Access Age Alt-Svc Alt-Used Attribution-Reporting-Register-Source
  Attribution-Reporting-Register-Trigger Authentication-Info Authorization Cache-Control Cache-Status CDN-Cache-Control
  CDN-Loop Clear-Site-Data Connection Content-Disposition Content-DPR Content-Encoding Content-Length Content-Location
  Content-Range Content-Security-Policy Content-Security-Policy-Report-Only Cookie Critical-CH Cross-Origin-Embedder-Policy
  Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Date Delta-Base Document-Isolation-Policy Document-Policy Edge-Control
  Early-Data ETag Expect-CT Expires Feature-Policy Forwarded Host IM Integrity-Policy Keep-Alive Last-Modified Link Location NEL
  No-Vary-Search Observe-Browsing-Topics Origin-Agent-Cluster Origin-Trial P3P Permissions-Policy Pragma Priority
  Proxy-Authenticate Proxy-Authentication-Info Proxy-Challenge Proxy-Connection Public-Key-Pins Referrer-Policy Refresh Report-To
  Reporting-Endpoints Sec-CH-UA Sec-Session-Challenge Sec-Session-Registration Sec-WebSocket-Accept Server Server-Timing
  Service-Worker Service-Worker-Allowed Service-Worker-Navigation-Preload Set-Cookie Set-Cookie2 Set-Login SourceMap
  Speculation-Rules Status Strict-Transport-Security Supports-Loading-Mode Surrogate-Control Surrogate-Key TE
  Timing-Allow-Origin Tk Topics Trailer Transfer-Encoding Upgrade Upgrade-Insecure-Requests Use-As-Dictionary Vary Via
  WWW-Authenticate Warning X-Accel-Buffering X-Accel-Charset X-Accel-Expires X-Accel-Limit-Rate X-Accel-Redirect
  X-Accel-Webhook X-Cache X-Content-Type-Options X-DNS-Prefetch-Control X-Download-Options X-Forwarded-For X-Frame-Options
  X-Lighttpd-Kbytes-Per-Second X-Lighttpd-Send-File X-Lighttpd-Send-Tempfile X-LiteSpeed-Cache-Control X-LiteSpeed-Location
  X-LiteSpeed-Purge X-Permitted-Cross-Domain-Policies X-Powered-By X-Proxy-Cache X-Reproxy-URL X-Robots-Tag X-Sendfile
  X-Sendfile-Range X-SourceMap X-UA-Compatible X-Varnish X-WebKit-CSP X-XSS-Protection hookless challenged
`.split(/\s+/);

test.each(withReins.filter((name) => name !== ""))("%s is nobody's to set", (name) => {
  expect([name, name.toLowerCase(), name.toUpperCase()].filter(isAllowedInAnswers)).toEqual([]);
});

test.each(
  `Content-Type Content-Language Retry-After Allow X-Request-Id X-Hook-Secret Smartsheet-Hook-Response WebHook-Allowed-Origin
   WebHook-Allowed-Rate X-Webhook-Response X-Challenge Webhook-Challenge X-Verification-Token`.split(/\s+/),
)("%s is what providers look for", (name) => {
  expect([name, name.toLowerCase(), name.toUpperCase()].every(isAllowedInAnswers)).toBe(true);
});
