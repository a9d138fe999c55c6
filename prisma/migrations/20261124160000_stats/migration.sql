-- Null: WEBSTER_RATE_LIMIT.
ALTER TABLE "api_key" ADD COLUMN "requestsPerSecond" INTEGER;

-- CreateTable
CREATE TABLE "endpoint_day" (
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "day" TIMESTAMPTZ(3) NOT NULL,
    "succeeded" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "cancelled" INTEGER NOT NULL,

    CONSTRAINT "endpoint_day_pkey" PRIMARY KEY ("endpointId","day")
);

-- CreateIndex
CREATE INDEX "endpoint_day_day_idx" ON "endpoint_day"("day");

-- What is asked of single endpoints.
CREATE INDEX "delivery_rollup_endpointId_minutes_start_idx" ON "delivery_rollup"("endpointId", "minutes", "start");
