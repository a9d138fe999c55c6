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
