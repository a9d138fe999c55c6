import type { Examples } from "./example.ts";

const application = { name: "Acme ü", uid: "{unique}", throttleRate: 7, rateLimit: 7, metadata: { plan: "pro" } };
const key = { idempotencyKey: "{unique}" };

export const applicationExamples: Examples = {
  "application.list": { request: "GET /api/v1/app", options: { limit: 2, order: "ascending", excludeAppsWithNoEndpoints: true } },
  "application.create": { request: "POST /api/v1/app", body: application, options: key },
  "application.getOrCreate": { request: "POST /api/v1/app?get_if_exists=true", body: application },
  "application.get": { request: "GET /api/v1/app/{app}" },
  "application.upsert": { request: "PUT /api/v1/app/{app}", body: application, older: ["application.update"] },
  "application.patch": { request: "PATCH /api/v1/app/{app}", body: { name: "Other", metadata: { plan: "free" } } },
  "application.delete": { request: "DELETE /api/v1/app/{app}" },

  "authentication.appPortalAccess": {
    request: "POST /api/v1/auth/app-portal-access/{app}",
    body: { capabilities: ["ViewBase"], featureFlags: ["beta"], expiry: 3600, sessionId: "user-1" },
    options: key,
  },
  "authentication.dashboardAccess": { request: "POST /api/v1/auth/dashboard-access/{app}" },
  "authentication.logout": { request: "POST /api/v1/auth/logout", as: "portal" },
  "authentication.expireAll": { request: "POST /api/v1/auth/app/{app}/expire-all", body: { expiry: 60, sessionIds: ["user-1"] } },
  "authentication.whoami": { request: "GET /api/v1/auth/whoami" },

  "autoconfigSubscription.create": { request: "POST /api/v1/app/{app}/autoconfig", body: { featureFlags: ["beta"] } },
  "autoconfigSubscription.delete": { request: "DELETE /api/v1/app/{app}/autoconfig/{autoconfig}" },
  "autoconfigSubscription.rotate": {
    request: "POST /api/v1/app/{app}/autoconfig/{autoconfig}/rotate",
    body: { signingSecret: { gracePeriodSeconds: 60 } },
  },

  "integration.list": { request: "GET /api/v1/app/{app}/integration", options: { limit: 2, order: "descending" } },
  "integration.create": { request: "POST /api/v1/app/{app}/integration", body: { name: "Zapier", featureFlags: ["beta"] } },
  "integration.get": { request: "GET /api/v1/app/{app}/integration/{integration}" },
  "integration.update": { request: "PUT /api/v1/app/{app}/integration/{integration}", body: { name: "Other", featureFlags: [] } },
  "integration.delete": { request: "DELETE /api/v1/app/{app}/integration/{integration}" },
  "integration.getKey": { request: "GET /api/v1/app/{app}/integration/{integration}/key" },
  "integration.rotateKey": { request: "POST /api/v1/app/{app}/integration/{integration}/key/rotate" },
};
