-- AlterTable
ALTER TABLE "attempt" ADD COLUMN "dnsMs" INTEGER,
ADD COLUMN "firstByteMs" INTEGER,
ADD COLUMN "tcpMs" INTEGER,
ADD COLUMN "tlsMs" INTEGER;

-- CreateTable
CREATE TABLE "saved_view" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "errorClass" TEXT NOT NULL,
    "statusCode" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "failures" INTEGER NOT NULL,
    "firstFailureAt" TIMESTAMPTZ(3) NOT NULL,
    "lastFailureAt" TIMESTAMPTZ(3) NOT NULL,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedBy" TEXT,
    "resolvedAt" TIMESTAMPTZ(3),
    "resolvedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "visit" (
    "userId" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "beganAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "previousAt" TIMESTAMPTZ(3),

    CONSTRAINT "visit_pkey" PRIMARY KEY ("userId","environmentId")
);

-- CreateIndex
CREATE INDEX "saved_view_environmentId_id_idx" ON "saved_view"("environmentId", "id");

-- CreateIndex
CREATE INDEX "incident_environmentId_id_idx" ON "incident"("environmentId", "id");

-- CreateIndex
CREATE INDEX "incident_endpointId_errorClass_idx" ON "incident"("endpointId", "errorClass");

-- CreateIndex
CREATE INDEX "incident_status_idx" ON "incident"("status");

-- CreateIndex
CREATE INDEX "endpoint_failingSince_idx" ON "endpoint"("failingSince");

-- CreateIndex
CREATE INDEX "visit_environmentId_idx" ON "visit"("environmentId");

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "visit" ADD CONSTRAINT "visit_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "visit" ADD CONSTRAINT "visit_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
