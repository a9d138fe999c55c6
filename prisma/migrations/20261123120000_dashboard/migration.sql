-- AlterTable
ALTER TABLE "api_key" ADD COLUMN "applicationId" TEXT COLLATE "C",
ADD COLUMN "createdById" TEXT COLLATE "C",
ADD COLUMN "lastUsedAt" TIMESTAMPTZ(3),
ADD COLUMN "permission" TEXT NOT NULL DEFAULT 'write';

-- AlterTable
ALTER TABLE "one_time_token" ADD COLUMN "userId" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "account" (
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("provider","providerAccountId")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "invitedById" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_failure" (
    "keyHash" BYTEA NOT NULL,
    "count" INTEGER NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "blockedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "login_failure_pkey" PRIMARY KEY ("keyHash")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C",
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "actorName" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "targetKind" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "changes" JSONB NOT NULL DEFAULT '{}',
    "ip" TEXT,
    "userAgent" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_rollup" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "minutes" INTEGER NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "deliveries" INTEGER NOT NULL,
    "succeeded" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "durations" INTEGER[],

    CONSTRAINT "delivery_rollup_pkey" PRIMARY KEY ("environmentId","minutes","start","endpointId")
);

-- CreateTable
CREATE TABLE "event_type_rollup" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "minutes" INTEGER NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "deliveries" INTEGER NOT NULL,
    "succeeded" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,

    CONSTRAINT "event_type_rollup_pkey" PRIMARY KEY ("environmentId","minutes","start","eventType")
);

-- CreateTable
CREATE TABLE "inbox" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "sealedToken" BYTEA NOT NULL,
    "statusCode" INTEGER NOT NULL DEFAULT 200,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox_request" (
    "id" TEXT COLLATE "C" NOT NULL,
    "inboxId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "inbox_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_hash_key" ON "invitation"("hash");

-- CreateIndex
CREATE INDEX "invitation_organizationId_id_idx" ON "invitation"("organizationId", "id");

-- CreateIndex
CREATE INDEX "login_failure_lastAt_idx" ON "login_failure"("lastAt");

-- CreateIndex
CREATE INDEX "audit_entry_organizationId_id_idx" ON "audit_entry"("organizationId", "id");

-- CreateIndex
CREATE INDEX "delivery_rollup_start_idx" ON "delivery_rollup"("start");

-- CreateIndex
CREATE INDEX "event_type_rollup_start_idx" ON "event_type_rollup"("start");

-- CreateIndex
CREATE INDEX "endpoint_environmentId_id_idx" ON "endpoint"("environmentId", "id");

-- CreateIndex
CREATE INDEX "attempt_createdAt_idx" ON "attempt" USING BRIN ("createdAt");

-- DropIndex
DROP INDEX "delivery_endpointId_createdAt_messageId_idx";

-- CreateIndex
CREATE INDEX "delivery_log_of_endpoint_idx" ON "delivery"("endpointId", "createdAt", "messageId", "eventType", "status", "lastStatusCode", "lastErrorClass");

-- CreateIndex
CREATE UNIQUE INDEX "inbox_tokenHash_key" ON "inbox"("tokenHash");

-- CreateIndex
CREATE INDEX "inbox_environmentId_id_idx" ON "inbox"("environmentId", "id");

-- CreateIndex
CREATE INDEX "inbox_request_inboxId_id_idx" ON "inbox_request"("inboxId", "id");

-- CreateIndex
CREATE INDEX "delivery_environmentId_createdAt_messageId_idx" ON "delivery"("environmentId", "createdAt", "messageId");

-- CreateIndex
CREATE INDEX "message_environmentId_eventType_createdAt_id_idx" ON "message"("environmentId", "eventType", "createdAt", "id");

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbox_request" ADD CONSTRAINT "inbox_request_inboxId_fkey" FOREIGN KEY ("inboxId") REFERENCES "inbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists.
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_permission_check" CHECK ("permission" IN ('read', 'write'));
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_role_check" CHECK ("role" IN ('owner', 'admin', 'member', 'viewer'));
ALTER TABLE "background_task" DROP CONSTRAINT "background_task_status_check";
ALTER TABLE "background_task" ADD CONSTRAINT "background_task_status_check"
  CHECK ("status" IN ('running', 'paused', 'finished', 'failed', 'cancelled'));

-- The audit log is append-only, for Webster too.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_entry is append-only';
END $$;
CREATE TRIGGER "audit_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

-- The log's index of everything that did not succeed at once, with all that it is filtered by: rare combinations are
-- found by reading it alone, and what just works is never in it. lib/db/sql/log.ts says the same condition.
CREATE INDEX "delivery_trouble_idx" ON "delivery" ("environmentId", "createdAt", "messageId", "endpointId", "status", "lastStatusCode",
  "lastErrorClass", "eventType", "attemptCount")
  WHERE "lastErrorClass" IS NOT NULL OR "attemptCount" > 1 OR "status" = 'cancelled';

-- Payloads that are to be removed before their message.
CREATE INDEX "message_payload_expires_idx" ON "message" ("payloadExpiresAt") WHERE "payloadExpiresAt" IS NOT NULL AND "payload" IS NOT NULL;
