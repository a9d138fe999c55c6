-- How the requests of an environment present themselves to receivers.
ALTER TABLE "environment" ADD COLUMN "userAgent" TEXT, ADD COLUMN "idHeader" TEXT, ADD COLUMN "traceHeaders" BOOLEAN NOT NULL DEFAULT false;

-- In which trace a message was accepted (lib/traceContext.ts). Null takes no place in a row.
ALTER TABLE "message" ADD COLUMN "traceContext" BYTEA;
