-- Unlogged: after a crash of the server the worst is one burst, and taking turns costs no wait for the disk.
CREATE UNLOGGED TABLE "throttle" (
    "id" TEXT COLLATE "C" NOT NULL,
    "perSecond" INTEGER NOT NULL,
    "freeAt" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "throttle_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 50);
