/** Letting the people of one application in: a link, and tokens bound to the application. */
import type { Actor } from "../../actor.ts";
import { forgetAccess, hashToken, newPortalCode, newPortalToken } from "../../auth/apiKeys.ts";
import { type Capability, isGranted } from "../../words/capability.ts";
import type { AppPortalAccessIn, ApplicationTokenExpireIn, PortalSessionOut, WhoamiOut } from "../../contract/portalAccess.ts";
import { pool, prisma } from "../../db/client.ts";
import { dueNow } from "../../db/sql/hot/keys.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { env } from "../../env.ts";
import { AppError, invalid } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { ensure } from "./applications.ts";
import { pageUrl } from "../shared/links.ts";
import { earlier, endOfMaker } from "../shared/makers.ts";
import { applicationOf, requireOrdinary } from "../shared/scope.ts";

const defaultExpirySeconds = 7 * 24 * 3600;

/** A link for a browser and a token for the API; both end at the same moment, and with the key that asks. */
export async function create(actor: Actor, applicationIdOrUid: string, input: AppPortalAccessIn) {
  requireOrdinary(actor);
  const capabilities = capabilitiesOf(input);
  await ensure(actor, applicationIdOrUid, input.application);
  const application = await applicationOf(actor, applicationIdOrUid);
  const nowMs = databaseNowMs();
  const code = newPortalCode();
  const token = newPortalToken();
  const common = {
    applicationId: application.id,
    featureFlags: input.featureFlags,
    capabilities,
    sessionId: input.sessionId ?? null,
    madeById: actor.id,
    createdAt: new Date(nowMs),
  };
  const wanted = new Date(nowMs + (input.expiry ?? defaultExpirySeconds) * 1000);
  const linkId = newId("portalAccess", nowMs);
  await prisma().$transaction(async (tx) => {
    const expiresAt = earlier(wanted, await endOfMaker(actor, tx)) ?? wanted;
    await tx.portalAccess.createMany({
      data: [
        { ...common, expiresAt, id: linkId, purpose: "link", hash: code.hash },
        { ...common, expiresAt, id: newId("portalAccess", nowMs), purpose: "token", hash: token.hash },
      ],
    });
    await recordAudit(actor, tx, "portal.linkCreated", linkId, {
      applicationId: application.id,
      expiresAt: expiresAt.toISOString(),
      capabilities,
    });
  });
  const { portalOrigins } = await prisma().environment.findUniqueOrThrow({
    where: { id: actor.environmentId },
    select: { portalOrigins: true },
  });
  // No server is shown the key, but it has to know whose pages may frame the one that takes it.
  const place = portalOrigins.length > 0 ? `?environment=${actor.environmentId}` : "";
  // The key stands behind the #, so that it reaches no server's log and no Referer.
  return { url: pageUrl(`/portal${place}#key=${code.text}`), token: token.text };
}

/** The capabilities that are asked for. Empty: all. */
function capabilitiesOf({ readOnly, capabilities }: AppPortalAccessIn): Capability[] {
  if (readOnly && capabilities) throw invalid(["body", "readOnly"], "Give readOnly or capabilities, not both");
  return readOnly ? ["ViewBase"] : [...new Set(capabilities)];
}

type Exchanged = { applicationId: string; expiresAt: Date; portalOrigins: string[] };

/**
 * Exchanges a link's code for a token. A product's page loads the link again at each visit, so it works until it expires, unless
 * the environment has it work once.
 */
export async function exchange(code: string): Promise<Exchanged & { token: string }> {
  const token = newPortalToken();
  const { rows } = await pool().query<Exchanged>(
    `with link as (
       update portal_access p set "usedAt" = now() from application a join environment e on e.id = a."environmentId"
       where p.hash = $1 and p.purpose = 'link' and (p."usedAt" is null or not e."singleUsePortalLinks")
         and p."revokedAt" is null and least(p."expiresAt", end_by_maker(p."madeById")) > now() and a."id" = p."applicationId" and a."deletedAt" is null
       returning p."applicationId", p."featureFlags", p.capabilities, p."sessionId", p."madeById", p."expiresAt", e."portalOrigins"
     ), made as (
       insert into portal_access ("id", "applicationId", purpose, hash, "featureFlags", capabilities, "sessionId", "madeById", "expiresAt")
       select $2, "applicationId", 'token', $3, "featureFlags", capabilities, "sessionId", "madeById", "expiresAt" from link
     )
     select "applicationId", "expiresAt", "portalOrigins" from link`,
    [hashToken(code), newId("portalAccess", databaseNowMs()), token.hash],
  );
  if (rows[0] === undefined) throw new AppError("authentication_failed", "This link has expired, or works once and has been used");
  return { token: token.text, ...rows[0] };
}

/** What the pages of the portal show of the token that they come with. */
export async function session(actor: Actor): Promise<PortalSessionOut> {
  const access = await prisma().portalAccess.findUnique({
    where: { id: actor.id },
    include: { application: { include: { environment: { include: { organization: true } } } } },
  });
  if (access === null) throw new AppError("authentication_failed", "This session has ended");
  const { id, uid, name } = access.application;
  return {
    application: { id, uid, name },
    organizationName: access.application.environment.organization.name,
    expiresAt: access.expiresAt.toISOString(),
    mayChange: isGranted(actor.capabilities, "ManageEndpoint"),
    mayResend: isGranted(actor.capabilities, "CreateAttempts"),
    retrySchedule: env().retryScheduleSeconds,
    mayManageSecrets: isGranted(actor.capabilities, "ManageEndpointSecret"),
  };
}

export const whoami = ({ kind, environmentId, applicationId }: Actor): WhoamiOut => ({
  envId: environmentId,
  appId: applicationId,
  permissionSource: kind === "apiKey" ? "RegionalAuthToken" : kind === "portal" ? "SvixJwt" : "Unknown",
});

/**
 * Ends every link and token of the application, those of AutoConfig too, or of some sessions with what was made in them; at once
 * or after `expiry` seconds.
 */
export async function expireAll(actor: Actor, applicationIdOrUid: string, input: ApplicationTokenExpireIn): Promise<void> {
  const { id } = await applicationOf(actor, applicationIdOrUid);
  const afterSeconds = input.expiry ?? 0;
  const sessionIds = input.sessionIds?.length ? input.sessionIds : null;
  await pool().query(
    `update portal_access set "expiresAt" = least("expiresAt", ${dueNow} + make_interval(secs => $2))
     where "applicationId" = $1 and "expiresAt" > now() and ($3::text[] is null or "sessionId" = any($3))`,
    [id, afterSeconds, sessionIds],
  );
  await pool().query(
    `update autoconfig_subscription s set "expiresAt" = least("expiresAt", ${dueNow} + make_interval(secs => $2))
     where "applicationId" = $1 and ($3::text[] is null
       or exists (select from portal_access p where p.id = s."madeById" and p."applicationId" = $1 and p."sessionId" = any($3)))`,
    [id, afterSeconds, sessionIds],
  );
  await recordAudit(actor, prisma(), "portal.expired", id, { afterSeconds, sessionIds });
  await forgetAccess(id);
}

/** Ends the token that the actor came with. */
export async function logout(actor: Actor): Promise<void> {
  await pool().query(`update portal_access set "revokedAt" = now() where "id" = $1`, [actor.id]);
  await forgetAccess(actor.id);
}
