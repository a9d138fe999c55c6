-- Unlogged: after a crash of the server the worst is one burst, and taking turns costs no wait for the disk.
CREATE UNLOGGED TABLE "throttle" (
    "id" TEXT COLLATE "C" NOT NULL,
    "perSecond" INTEGER NOT NULL,
    "freeAt" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "throttle_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 50);

-- Lines: ordered deliveries of one endpoint and key go one after the other. `orderKey` "" is a whole endpoint's line.
ALTER TABLE "endpoint" ADD COLUMN "ordering" TEXT NOT NULL DEFAULT 'none';
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_ordering_check" CHECK ("ordering" IN ('none', 'fifo'));
ALTER TABLE "message" ADD COLUMN "orderingKey" TEXT;
ALTER TABLE "delivery" ADD COLUMN "orderKey" TEXT;

-- A delivery's place in its line, until it has ended.
CREATE TABLE "delivery_line" (
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "orderKey" TEXT COLLATE "C" NOT NULL,
    "place" BIGSERIAL NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_line_pkey" PRIMARY KEY ("endpointId","orderKey","place")
);

-- Polling endpoints: what an application's messages can be asked from, in place of a URL.
CREATE TABLE "poller" (
    "id" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT COLLATE "C",
    "eventTypes" TEXT[],
    "channels" TEXT[],
    "batchSize" INTEGER NOT NULL DEFAULT 50,
    "maxWaitSecs" INTEGER NOT NULL DEFAULT 0,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "startPlace" BIGINT NOT NULL DEFAULT 0,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "poller_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "poller_consumer" (
    "pollerId" TEXT COLLATE "C" NOT NULL,
    "consumerId" TEXT COLLATE "C" NOT NULL,
    "place" BIGINT NOT NULL,
    "polledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "poller_consumer_pkey" PRIMARY KEY ("pollerId","consumerId")
);
-- The messages of applications that have a polling endpoint, in the order of their commits.
CREATE TABLE "message_feed" (
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "place" BIGSERIAL NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_feed_pkey" PRIMARY KEY ("applicationId","place")
);
CREATE UNIQUE INDEX "poller_applicationId_uid_key" ON "poller"("applicationId", "uid");
CREATE INDEX "poller_applicationId_id_idx" ON "poller"("applicationId", "id");
CREATE INDEX "message_feed_applicationId_createdAt_place_idx" ON "message_feed"("applicationId", "createdAt", "place");
CREATE INDEX "message_feed_createdAt_idx" ON "message_feed" USING BRIN ("createdAt");
ALTER TABLE "poller" ADD CONSTRAINT "poller_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "poller_consumer" ADD CONSTRAINT "poller_consumer_pollerId_fkey" FOREIGN KEY ("pollerId") REFERENCES "poller"("id") ON DELETE CASCADE ON UPDATE CASCADE;
