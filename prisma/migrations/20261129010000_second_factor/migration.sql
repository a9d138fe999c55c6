-- Second factors: an app that makes codes, passkeys, recovery codes; sign-ins that wait for one; and whether an organization asks for one.
CREATE TABLE "authenticator_app" (
    "id" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "sealedSecret" BYTEA NOT NULL,
    "lastStep" BIGINT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    CONSTRAINT "authenticator_app_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "authenticator_app_userId_key" ON "authenticator_app"("userId");

CREATE TABLE "passkey" (
    "id" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "credentialId" TEXT COLLATE "C" NOT NULL,
    "publicKey" BYTEA NOT NULL,
    "signCount" BIGINT NOT NULL,
    "transports" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "passkey_credentialId_key" ON "passkey"("credentialId");
CREATE INDEX "passkey_userId_idx" ON "passkey"("userId");

CREATE TABLE "recovery_code" (
    "hash" BYTEA NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "recovery_code_userId_idx" ON "recovery_code"("userId");

CREATE TABLE "pending_sign_in" (
    "id" TEXT COLLATE "C" NOT NULL,
    "hash" BYTEA NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "sessionVersion" INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "pending_sign_in_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "pending_sign_in_hash_key" ON "pending_sign_in"("hash");
CREATE INDEX "pending_sign_in_userId_idx" ON "pending_sign_in"("userId");
CREATE INDEX "pending_sign_in_expiresAt_idx" ON "pending_sign_in"("expiresAt");

CREATE TABLE "used_challenge" (
    "hash" BYTEA NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "used_challenge_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "used_challenge_expiresAt_idx" ON "used_challenge"("expiresAt");

ALTER TABLE "authenticator_app" ADD CONSTRAINT "authenticator_app_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "pending_sign_in" ADD CONSTRAINT "pending_sign_in_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Sessions that are open already count as proven at their sign-in, not now.
ALTER TABLE "session" ADD COLUMN "provenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, ADD COLUMN "factorAt" TIMESTAMPTZ(3);
UPDATE "session" SET "provenAt" = "createdAt";

ALTER TABLE "organization" ADD COLUMN "secondFactorRequired" BOOLEAN NOT NULL DEFAULT false;
