-- Null: WEBSTER_RATE_LIMIT.
ALTER TABLE "api_key" ADD COLUMN "requestsPerSecond" INTEGER;
