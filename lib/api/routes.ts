/** The routes of every operation, each in the file that is named as its contract. */
import { accountRoutes } from "./account.ts";
import { alertChannelRoutes } from "./alertChannel.ts";
import { apiKeyRoutes } from "./apiKey.ts";
import { applicationRoutes } from "./application.ts";
import { attemptRoutes } from "./attempt.ts";
import { auditEntryRoutes } from "./auditEntry.ts";
import { authenticationRoutes } from "./authentication.ts";
import { autoconfigRoutes } from "./autoconfig.ts";
import { backgroundTaskRoutes } from "./backgroundTask.ts";
import { connectorRoutes } from "./connector.ts";
import { deliveryRoutes } from "./delivery.ts";
import { deliveryResendRoutes } from "./deliveryResend.ts";
import { destinationRoutes } from "./destination.ts";
import { endpointRoutes } from "./endpoint.ts";
import { endpointStatsRoutes } from "./endpointStats.ts";
import { environmentRoutes } from "./environment.ts";
import { environmentSettingsRoutes } from "./environmentSettings.ts";
import { eventStreamRoutes } from "./eventStream.ts";
import { eventTypeRoutes } from "./eventType.ts";
import { eventTypeImportRoutes } from "./eventTypeImport.ts";
import { sourceVolumeRoutes } from "./sourceVolume.ts";
import { payloadShapeRoutes } from "./payloadShape.ts";
import { filterRoutes } from "./filter.ts";
import { identityRoutes } from "./identity.ts";
import { inboxRoutes } from "./inbox.ts";
import { incidentRoutes } from "./incident.ts";
import { ingestRoutes } from "./ingest.ts";
import { integrationRoutes } from "./integration.ts";
import { leftBehindRoutes } from "./leftBehind.ts";
import { managementRoutes } from "./management.ts";
import { memberRoutes } from "./member.ts";
import { messageRoutes } from "./message.ts";
import { messageBulkRoutes } from "./messageBulk.ts";
import { messageImportRoutes } from "./messageImport.ts";
import { messageLogRoutes } from "./messageLog.ts";
import { operationalWebhookRoutes } from "./operationalWebhook.ts";
import { organizationRoutes } from "./organization.ts";
import { overviewRoutes } from "./overview.ts";
import { pollerRoutes } from "./poller.ts";
import { portalAccessRoutes } from "./portalAccess.ts";
import { probeRoutes } from "./probe.ts";
import { receivedRequestRoutes } from "./receivedRequest.ts";
import { savedViewRoutes } from "./savedView.ts";
import { searchRoutes } from "./search.ts";
import { secretRoutes } from "./secret.ts";
import { secondFactorRoutes } from "./secondFactor.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { sourceRoutes } from "./source.ts";
import { sourceRulesRoutes } from "./sourceRules.ts";
import { sourceToolsRoutes } from "./sourceTools.ts";
import { statisticsRoutes } from "./statistics.ts";
import { systemRoutes } from "./system.ts";
import { testSendRoutes } from "./testSend.ts";
import { transformationRoutes } from "./transformation.ts";
import { visitRoutes } from "./visit.ts";
import type { Route } from "./route.ts";

export const routes: Route[] = [
  // The settings' paths would match those of environments by id, which come later.
  ...environmentSettingsRoutes,
  ...applicationRoutes,
  ...endpointRoutes,
  ...endpointStatsRoutes,
  ...destinationRoutes,
  ...pollerRoutes,
  ...authenticationRoutes,
  ...filterRoutes,
  ...transformationRoutes,
  ...probeRoutes,
  ...secretRoutes,
  ...eventTypeRoutes,
  ...eventTypeImportRoutes,
  ...payloadShapeRoutes,
  ...sourceVolumeRoutes,
  ...messageRoutes,
  ...messageBulkRoutes,
  ...messageImportRoutes,
  ...messageLogRoutes,
  ...attemptRoutes,
  ...deliveryRoutes,
  ...deliveryResendRoutes,
  ...operationalWebhookRoutes,
  ...backgroundTaskRoutes,
  ...portalAccessRoutes,
  ...apiKeyRoutes,
  ...setupRoutes,
  ...sessionRoutes,
  ...accountRoutes,
  ...organizationRoutes,
  ...environmentRoutes,
  ...leftBehindRoutes,
  ...managementRoutes,
  ...memberRoutes,
  ...auditEntryRoutes,
  ...overviewRoutes,
  ...savedViewRoutes,
  ...searchRoutes,
  ...alertChannelRoutes,
  ...incidentRoutes,
  ...visitRoutes,
  ...testSendRoutes,
  ...statisticsRoutes,
  ...identityRoutes,
  ...secondFactorRoutes,
  ...inboxRoutes,
  ...sourceRoutes,
  ...sourceRulesRoutes,
  ...sourceToolsRoutes,
  ...receivedRequestRoutes,
  ...ingestRoutes,
  ...integrationRoutes,
  ...connectorRoutes,
  ...autoconfigRoutes,
  ...eventStreamRoutes,
  ...systemRoutes,
];
