-- Ids begin with their time, so they are ordered by bytes (COLLATE "C"), whatever the cluster's locale.
-- message, delivery and attempt are partitioned by day; lib/db/partitions.ts makes and drops the days.

-- CreateTable
CREATE TABLE "organization" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment" (
    "id" TEXT COLLATE "C" NOT NULL,
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT COLLATE "C" NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "passwordHash" TEXT,
    "sessionVersion" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("organizationId","userId")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "portal_access" (
    "id" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "purpose" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "featureFlags" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "portal_access_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_token" (
    "id" TEXT COLLATE "C" NOT NULL,
    "purpose" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "application" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT,
    "name" TEXT NOT NULL,
    "throttleRate" INTEGER,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "endpointsVersion" BIGINT NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "endpoint" (
    "id" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "version" INTEGER NOT NULL DEFAULT 1,
    "eventTypes" TEXT[],
    "channels" TEXT[],
    "throttleRate" INTEGER,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "sealedHeaders" BYTEA,
    "retrySchedule" DOUBLE PRECISION[],
    "disabledAt" TIMESTAMPTZ(3),
    "disabledReason" TEXT,
    "failingSince" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "endpoint_secret" (
    "id" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_type" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "groupName" TEXT,
    "schemas" JSONB,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "deprecated" BOOLEAN NOT NULL DEFAULT false,
    "featureFlags" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_type_pkey" PRIMARY KEY ("environmentId","name")
);

-- CreateTable
CREATE TABLE "message" (
    "id" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "eventId" TEXT,
    "channels" TEXT[],
    "tags" TEXT[],
    "payload" BYTEA,
    "payloadBytes" INTEGER NOT NULL,
    "contentType" TEXT,
    "payloadExpiresAt" TIMESTAMPTZ(3),
    "deliverAt" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id","createdAt")
) PARTITION BY RANGE ("createdAt");

-- CreateTable
CREATE TABLE "message_event_id" (
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "eventId" TEXT NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_event_id_pkey" PRIMARY KEY ("applicationId","eventId")
);

-- CreateTable
CREATE TABLE "delivery" (
    "messageId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attemptCount" INTEGER NOT NULL DEFAULT 0,
    "scheduledCount" INTEGER NOT NULL DEFAULT 0,
    "manualQueued" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "nextAttemptAt" TIMESTAMPTZ(3),
    "leaseId" TEXT,
    "succeededAt" TIMESTAMPTZ(3),
    "lastAttemptAt" TIMESTAMPTZ(3),
    "lastStatusCode" INTEGER,
    "lastErrorClass" TEXT,
    "lastDurationMs" INTEGER,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("messageId","endpointId","createdAt")
) PARTITION BY RANGE ("createdAt");

-- CreateTable
CREATE TABLE "attempt" (
    "id" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "attemptNumber" INTEGER NOT NULL,
    "trigger" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "responseStatusCode" INTEGER NOT NULL,
    "errorClass" TEXT,
    "response" TEXT,
    "responseHeaders" JSONB,
    "durationMs" INTEGER NOT NULL,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id","createdAt")
) PARTITION BY RANGE ("createdAt");

-- CreateTable
CREATE TABLE "idempotency" (
    "keyHash" BYTEA NOT NULL,
    "requestHash" BYTEA NOT NULL,
    "status" INTEGER,
    "response" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("keyHash")
);

-- CreateTable
CREATE TABLE "background_task" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C",
    "endpointId" TEXT COLLATE "C",
    "task" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "progress" JSONB NOT NULL DEFAULT '{}',
    "leaseUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "background_task_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "environment_organizationId_name_key" ON "environment"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "member_userId_idx" ON "member"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_environmentId_idx" ON "api_key"("environmentId");

-- CreateIndex
CREATE UNIQUE INDEX "portal_access_hash_key" ON "portal_access"("hash");

-- CreateIndex
CREATE INDEX "portal_access_applicationId_idx" ON "portal_access"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "one_time_token_hash_key" ON "one_time_token"("hash");

-- CreateIndex
CREATE INDEX "application_environmentId_id_idx" ON "application"("environmentId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "application_environmentId_uid_key" ON "application"("environmentId", "uid");

-- CreateIndex
CREATE INDEX "endpoint_applicationId_id_idx" ON "endpoint"("applicationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_applicationId_uid_key" ON "endpoint"("applicationId", "uid");

-- CreateIndex
CREATE INDEX "endpoint_secret_endpointId_idx" ON "endpoint_secret"("endpointId");

-- CreateIndex
CREATE INDEX "message_applicationId_createdAt_id_idx" ON "message"("applicationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "message_event_id_createdAt_idx" ON "message_event_id"("createdAt");

-- CreateIndex
CREATE INDEX "delivery_endpointId_createdAt_messageId_idx" ON "delivery"("endpointId", "createdAt", "messageId");

-- CreateIndex
CREATE INDEX "attempt_messageId_createdAt_idx" ON "attempt"("messageId", "createdAt");

-- CreateIndex
CREATE INDEX "attempt_endpointId_createdAt_id_idx" ON "attempt"("endpointId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "idempotency_expiresAt_idx" ON "idempotency"("expiresAt");

-- CreateIndex
CREATE INDEX "background_task_environmentId_id_idx" ON "background_task"("environmentId", "id");

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "portal_access" ADD CONSTRAINT "portal_access_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint_secret" ADD CONSTRAINT "endpoint_secret_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_type" ADD CONSTRAINT "event_type_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists.
ALTER TABLE "member" ADD CONSTRAINT "member_role_check" CHECK ("role" IN ('owner', 'admin', 'member', 'viewer'));
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_status_check" CHECK ("status" IN ('pending', 'succeeded', 'failed', 'cancelled'));
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_pending_check" CHECK (("status" = 'pending') = ("nextAttemptAt" IS NOT NULL));
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_status_check" CHECK ("status" IN ('succeeded', 'failed'));
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_trigger_check" CHECK ("trigger" IN ('scheduled', 'manual'));
ALTER TABLE "portal_access" ADD CONSTRAINT "portal_access_purpose_check" CHECK ("purpose" IN ('link', 'token'));
ALTER TABLE "background_task" ADD CONSTRAINT "background_task_status_check" CHECK ("status" IN ('running', 'finished', 'failed'));

-- What a worker claims from: one entry per pending delivery, ordered per endpoint by when it is due.
CREATE INDEX "delivery_due_idx" ON "delivery" ("endpointId", "nextAttemptAt") WHERE "status" = 'pending';
