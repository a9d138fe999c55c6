-- What a polling endpoint holds back, and what it makes of the rest.
ALTER TABLE "poller" ADD COLUMN "filter" JSONB,
ADD COLUMN "sealedVariables" BYTEA,
ADD COLUMN "transformation" TEXT,
ADD COLUMN "transformationEnabled" BOOLEAN NOT NULL DEFAULT false;

-- What filters may ask about a message beside its payload; null: nothing was said.
ALTER TABLE "message" ADD COLUMN "metadata" JSONB;
