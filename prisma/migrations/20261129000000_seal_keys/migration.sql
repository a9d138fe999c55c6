-- The keys that sealed values may have been sealed with. Until now there was one.
CREATE TABLE "seal_key" (
    "id" BYTEA NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 1,
    "remaining" BIGINT,
    "resealed" BIGINT NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "seal_key_pkey" PRIMARY KEY ("id")
);
INSERT INTO "seal_key" ("id") SELECT "value" FROM "setting" WHERE "name" = 'sealKeyId';
