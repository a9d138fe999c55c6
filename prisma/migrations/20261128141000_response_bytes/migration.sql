-- What came back, where its text is not all of it: packed, in another charset, or no text.
ALTER TABLE "attempt" ADD COLUMN "responseBytes" BYTEA;
