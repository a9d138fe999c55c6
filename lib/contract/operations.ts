/** Every operation of the API. */
import * as account from "./account.ts";
import * as apiKey from "./apiKey.ts";
import * as portalAccess from "./portalAccess.ts";
import * as setup from "./setup.ts";
import * as environment from "./environment.ts";
import * as deliveryResend from "./deliveryResend.ts";
import * as application from "./application.ts";
import * as attempt from "./attempt.ts";
import * as auditEntry from "./auditEntry.ts";
import * as authentication from "./authentication.ts";
import * as autoconfig from "./autoconfig.ts";
import * as backgroundTask from "./backgroundTask.ts";
import * as connector from "./connector.ts";
import * as delivery from "./delivery.ts";
import * as destination from "./destination.ts";
import * as endpoint from "./endpoint.ts";
import * as endpointStats from "./endpointStats.ts";
import * as environmentSettings from "./environmentSettings.ts";
import * as eventStream from "./eventStream.ts";
import * as eventTypeImport from "./eventTypeImport.ts";
import * as eventType from "./eventType.ts";
import * as filter from "./filter.ts";
import * as identity from "./identity.ts";
import * as inbox from "./inbox.ts";
import * as ingest from "./ingest.ts";
import * as integration from "./integration.ts";
import * as incident from "./incident.ts";
import * as management from "./management.ts";
import * as message from "./message.ts";
import * as messageBulk from "./messageBulk.ts";
import * as messageImport from "./messageImport.ts";
import * as messageLog from "./messageLog.ts";
import * as leftBehind from "./leftBehind.ts";
import * as member from "./member.ts";
import type { Operation } from "./operation.ts";
import * as payloadShape from "./payloadShape.ts";
import * as poller from "./poller.ts";
import * as probe from "./probe.ts";
import * as sourceVolume from "./sourceVolume.ts";
import * as alertChannel from "./alertChannel.ts";
import * as savedView from "./savedView.ts";
import * as search from "./search.ts";
import * as secret from "./secret.ts";
import * as receivedRequest from "./receivedRequest.ts";
import * as source from "./source.ts";
import * as sourceRules from "./sourceRules.ts";
import * as sourceTools from "./sourceTools.ts";
import * as organization from "./organization.ts";
import * as statistics from "./statistics.ts";
import * as secondFactor from "./secondFactor.ts";
import * as session from "./session.ts";
import * as operationalWebhook from "./operationalWebhook.ts";
import * as overview from "./overview.ts";
import * as system from "./system.ts";
import * as testSend from "./testSend.ts";
import * as visit from "./visit.ts";
import * as transformation from "./transformation.ts";

const isOperation = (value: unknown): value is Operation => typeof value === "object" && value !== null && "operationId" in value;

export const operations: Operation[] = [
  application,
  endpoint,
  endpointStats,
  destination,
  poller,
  authentication,
  filter,
  transformation,
  probe,
  secret,
  eventType,
  eventTypeImport,
  payloadShape,
  sourceVolume,
  environmentSettings,
  message,
  messageBulk,
  messageImport,
  messageLog,
  attempt,
  delivery,
  deliveryResend,
  operationalWebhook,
  backgroundTask,
  portalAccess,
  apiKey,
  setup,
  session,
  account,
  organization,
  environment,
  management,
  leftBehind,
  member,
  auditEntry,
  overview,
  savedView,
  search,
  alertChannel,
  incident,
  visit,
  testSend,
  statistics,
  identity,
  secondFactor,
  inbox,
  source,
  sourceRules,
  sourceTools,
  receivedRequest,
  ingest,
  integration,
  connector,
  autoconfig,
  eventStream,
  system,
]
  .flatMap((module) => Object.values<unknown>(module))
  .filter(isOperation);
