-- Which fields an event type's payloads have: names, types and counts, read from samples in the background.
CREATE TABLE "payload_shape" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT COLLATE "C" NOT NULL,
    "shape" TEXT,
    "refusals" TEXT,
    "seenAt" TIMESTAMPTZ(3),
    "readUntil" TIMESTAMPTZ(3) NOT NULL,
    "nextReadAt" TIMESTAMPTZ(3) NOT NULL,
    "waitSeconds" INTEGER NOT NULL DEFAULT 5,

    CONSTRAINT "payload_shape_pkey" PRIMARY KEY ("environmentId", "eventType"),
    CONSTRAINT "payload_shape_environmentId_eventType_fkey" FOREIGN KEY ("environmentId", "eventType") REFERENCES "event_type"("environmentId", "name") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "payload_shape_nextReadAt_idx" ON "payload_shape"("nextReadAt");
