-- Words of payloads, for environments that turn the search on: each as eight bytes of a hash of environment and word.
ALTER TABLE "environment" ADD COLUMN "payloadSearch" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "message_search" (
    "messageId" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "words" BIGINT[] NOT NULL,

    CONSTRAINT "message_search_pkey" PRIMARY KEY ("environmentId", "createdAt", "messageId")
) PARTITION BY RANGE ("createdAt");

CREATE INDEX "message_search_words_idx" ON "message_search" USING gin ("words");

CREATE TABLE "search_index" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "search_index_pkey" PRIMARY KEY ("environmentId"),
    CONSTRAINT "search_index_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
