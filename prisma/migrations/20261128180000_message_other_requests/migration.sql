-- Messages whose Idempotency-Key came again with another body.
CREATE TABLE "message_other_requests" (
    "messageId" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_other_requests_pkey" PRIMARY KEY ("messageId")
);

CREATE INDEX "message_other_requests_createdAt_idx" ON "message_other_requests"("createdAt");
