-- Unlogged: after a crash of the server machines connect again, and senders try again.
CREATE UNLOGGED TABLE "listener" (
  "token" TEXT NOT NULL,
  "processId" TEXT NOT NULL,
  "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "listener_pkey" PRIMARY KEY ("token")
);

CREATE UNLOGGED TABLE "listen_request" (
  "id" TEXT NOT NULL,
  "token" TEXT NOT NULL,
  "askedBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "request" TEXT NOT NULL,
  "body" BYTEA NOT NULL,
  "returned" TEXT,
  "answerBody" BYTEA,
  CONSTRAINT "listen_request_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "listen_request_createdAt_idx" ON "listen_request"("createdAt");
