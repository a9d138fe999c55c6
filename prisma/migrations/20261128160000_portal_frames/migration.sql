-- Whose pages may show the portal in a frame, and whether its links work once alone.
ALTER TABLE "environment" ADD COLUMN "portalOrigins" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "environment" ADD COLUMN "singleUsePortalLinks" BOOLEAN NOT NULL DEFAULT false;
