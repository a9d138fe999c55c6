-- What became of a response's body after its status, and whether the request was made on a second connection.
ALTER TABLE "attempt" ADD COLUMN "notes" TEXT[];
