/** The server itself. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";

export const SystemOut = z
  .object({
    version: z.string(),
    databaseVersion: z.string().check(z.meta({ examples: ["18.4"] })),
    databaseBytes: z.int(),
    replica: z
      .nullable(
        z.object({
          lagSeconds: z
            .nullable(z.number())
            .check(z.meta({ description: "How far it is behind the primary. Null: it can’t be reached, or it is not known yet." })),
          used: z.boolean().check(z.meta({ description: "Whether the log's lists are read from it; otherwise the primary is read." })),
        }),
      )
      .check(z.meta({ description: "The standby from which lists of the log are read (DATABASE_REPLICA_URL). Null: none is set." })),
    retentionDays: z.int().check(z.meta({ description: "So long messages, deliveries and attempts are kept." })),
    delivers: z.boolean().check(z.meta({ description: "Whether the process that answered delivers; if not, workers do." })),
    overdueSince: z
      .nullable(z.iso.datetime())
      .check(
        z.meta({ description: "Since when the environment’s most overdue delivery should have been sent. Null: nothing is overdue." }),
      ),
    inHandSince: z.nullable(z.iso.datetime()).check(
      z.meta({
        description:
          "Since when, in any environment, nobody has looked after what a process accepted or claimed and has not sent, which overdueSince can’t see. Null: all but the last five minutes has been looked after.",
      }),
    ),
    canMail: z
      .boolean()
      .check(z.meta({ description: "Whether invitations, password resets and alerts can be mailed (WEBSTER_SMTP_URL)." })),
    mailServer: z
      .nullable(
        z.object({
          takesMail: z.nullable(z.boolean()).check(z.meta({ description: "Null: it has not been asked yet." })),
          at: z.nullable(z.iso.datetime()).check(z.meta({ description: "When it was." })),
        }),
      )
      .check(
        z.meta({
          description:
            "What the mail server said when the process that answers last asked it, by a mail or by this request: then the next one tells. Null: none is set.",
        }),
      ),
    secrets: z
      .array(
        z.object({
          keyId: z.string().check(z.meta({ description: "Names a secret without revealing it.", examples: ["1f0a9c3e"] })),
          newest: z.boolean().check(z.meta({ description: "Whether this is the one that seals." })),
          remaining: z
            .nullable(z.int())
            .check(z.meta({ description: "How many values encrypted with it are still to be encrypted anew. Null: not counted yet." })),
          resealed: z.int().check(z.meta({ description: "How many of its values have been sealed anew." })),
          retiredAt: z.nullable(z.iso.datetime()).check(z.meta({ description: "Since when nothing needs it any more." })),
        }),
      )
      .check(z.meta({ description: "WEBSTER_SECRET and earlier ones, the newest first: how far its rotation is." })),
  })
  .check(z.meta({ id: "SystemOut" }));
export type SystemOut = z.output<typeof SystemOut>;

const healthy = { responses: { 204: { description: "Ready" } }, refusals: [503] } as const;
const tag = "Health";

export const getHealth = operation({
  operationId: "v1.health.get",
  method: "get",
  path: "/api/v1/health",
  tag,
  summary: "Is the server ready to work",
  access: "public",
  ...healthy,
});

export const getHealthPing = operation({
  operationId: "v1.health.ping",
  method: "get",
  path: "/api/v1/health/ping",
  tag,
  summary: "The same",
  access: "public",
  ...healthy,
});

export const getHealthReady = operation({
  operationId: "v1.health.ready",
  method: "get",
  path: "/api/v1/health/ready",
  tag,
  summary: "Should this process get requests",
  description:
    "No (503) while the database is away or stores nothing, as with a full disk, and once the process has been asked to stop. Also at `/health/ready`.",
  access: "public",
  ...healthy,
});

export const getHealthLive = operation({
  operationId: "v1.health.live",
  method: "get",
  path: "/api/v1/health/live",
  tag,
  summary: "Does this process still answer",
  description: "Asks nothing of the database: a process that fails here should be started again. Also at `/health/live`.",
  access: "public",
  responses: { 204: { description: "It does" } },
});

export const getSystem = operation({
  operationId: "v1.system.get",
  method: "get",
  path: "/api/v1/system",
  tag,
  summary: "How the server is set up, and how it is doing",
  access: "member",
  role: "admin",
  responses: { 200: { description: "The server", schema: SystemOut } },
});

export const EgressAddressesOut = z
  .object({
    addresses: z
      .array(z.string())
      .check(z.meta({ description: "Addresses and networks, such as 203.0.113.0/28. Empty: the operator publishes none." })),
  })
  .check(z.meta({ id: "EgressAddressesOut" }));
export type EgressAddressesOut = z.output<typeof EgressAddressesOut>;

export const getEgressAddresses = operation({
  operationId: "v1.egress-addresses.get",
  method: "get",
  path: "/api/v1/egress-addresses",
  tag,
  summary: "Where webhooks come from",
  description: "For receivers' firewalls. Public, as they have no key.",
  access: "public",
  responses: { 200: { description: "The addresses", schema: EgressAddressesOut } },
});

export const getOpenapi = operation({
  operationId: "v1.openapi",
  method: "get",
  path: "/api/v1/openapi.json",
  tag,
  summary: "This document",
  access: "public",
  responses: { 200: { description: "OpenAPI 3.1", contentTypes: ["application/json"] } },
});

export const getMetrics = operation({
  operationId: "v1.metrics",
  method: "get",
  path: "/api/v1/metrics",
  tag,
  summary: "Figures of this process, for Prometheus",
  access: "apiKey",
  responses: { 200: { description: "Prometheus text format", contentTypes: ["text/plain"] } },
});
