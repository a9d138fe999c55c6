/**
 * Ids that background work has read from a row: nobody asked for them, so there is nobody to ask whether they may. Only work that
 * a row of the database began calls these (lib/testing/folders.test.ts lists it); what a request names goes by scope.
 */
import type { ApplicationId, EnvironmentId } from "../ids.ts";

export const environmentOfRow = (row: { environmentId: string }): EnvironmentId => row.environmentId as EnvironmentId;

/** Null: the work is not of one application. */
export const applicationOfRow = (row: { applicationId: string | null }): ApplicationId | null => row.applicationId as ApplicationId | null;
