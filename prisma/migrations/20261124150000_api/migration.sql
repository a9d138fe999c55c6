-- Which payloads are checked against their event type's schema: `off`, `warn` or `reject`.
ALTER TABLE "environment" ADD COLUMN "payloadValidation" TEXT NOT NULL DEFAULT 'off';

-- Empty capabilities: all of them.
ALTER TABLE "portal_access" ADD COLUMN "capabilities" TEXT[],
ADD COLUMN "sessionId" TEXT;

-- CreateTable
CREATE TABLE "integration" (
    "id" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "featureFlags" TEXT[],
    "keyHash" BYTEA NOT NULL,
    "sealedKey" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "integration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connector" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "logo" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "instructions" TEXT NOT NULL DEFAULT '',
    "allowedEventTypes" TEXT[],
    "transformation" TEXT NOT NULL,
    "transformationUpdatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "featureFlags" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connector_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "autoconfig_subscription" (
    "id" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C",
    "tokenHash" BYTEA NOT NULL,
    "tokenPrefix" TEXT NOT NULL,
    "sealedSecret" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "autoconfig_subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schema_violation" (
    "messageId" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "schemaVersion" TEXT NOT NULL,
    "faults" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "schema_violation_pkey" PRIMARY KEY ("messageId")
);

-- CreateIndex
CREATE UNIQUE INDEX "integration_keyHash_key" ON "integration"("keyHash");

-- CreateIndex
CREATE INDEX "integration_applicationId_id_idx" ON "integration"("applicationId", "id");

-- CreateIndex
CREATE INDEX "connector_environmentId_id_idx" ON "connector"("environmentId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "connector_environmentId_uid_key" ON "connector"("environmentId", "uid");

-- CreateIndex
CREATE UNIQUE INDEX "autoconfig_subscription_tokenHash_key" ON "autoconfig_subscription"("tokenHash");

-- CreateIndex
CREATE INDEX "autoconfig_subscription_applicationId_id_idx" ON "autoconfig_subscription"("applicationId", "id");

-- CreateIndex
CREATE INDEX "schema_violation_environmentId_eventType_createdAt_idx" ON "schema_violation"("environmentId", "eventType", "createdAt");

-- CreateIndex
CREATE INDEX "schema_violation_createdAt_idx" ON "schema_violation"("createdAt");

-- AddForeignKey
ALTER TABLE "integration" ADD CONSTRAINT "integration_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connector" ADD CONSTRAINT "connector_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "autoconfig_subscription" ADD CONSTRAINT "autoconfig_subscription_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;
