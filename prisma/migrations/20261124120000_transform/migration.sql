ALTER TABLE "endpoint"
    ADD COLUMN "filter" JSONB,
    ADD COLUMN "transformationVersion" INTEGER,
    ADD COLUMN "transformationEnabled" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "transformationUpdatedAt" TIMESTAMPTZ(3);

CREATE TABLE "endpoint_transformation" (
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "sealedVariables" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "endpoint_transformation_pkey" PRIMARY KEY ("endpointId", "version"),
    CONSTRAINT "endpoint_transformation_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
