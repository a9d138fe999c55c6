/** The rows of an application and of an endpoint, by what a path names them. */
import type { ApplicationId, EnvironmentId } from "../../../ids.ts";
import { readShort } from "../../client.ts";
import type { Application, Endpoint } from "../../generated/client.ts";

type Named = { id: string } | { uid: string };

/** An application that has not been deleted; undefined: there is none. */
export async function readApplication(environmentId: EnvironmentId, named: Named): Promise<Application | undefined> {
  const [column, value] = keyOf(named);
  const { rows } = await readShort<Omit<Application, "endpointsVersion"> & { endpointsVersion: string }>({
    name: `application_by_${column}`,
    text: `select * from application where "${column}" = $1 and "environmentId" = $2 and "deletedAt" is null`,
    values: [value, environmentId],
  });
  return rows[0] && { ...rows[0], endpointsVersion: BigInt(rows[0].endpointsVersion) };
}

/** An endpoint that has not been deleted; undefined: the application has none. */
export async function readEndpoint(applicationId: ApplicationId, named: Named): Promise<Endpoint | undefined> {
  const [column, value] = keyOf(named);
  const { rows } = await readShort<Endpoint>({
    name: `endpoint_by_${column}`,
    text: `select * from endpoint where "${column}" = $1 and "applicationId" = $2 and "deletedAt" is null`,
    values: [value, applicationId],
  });
  return rows[0] && withLists(rows[0]);
}

/** A list that was never set is null in its column, and empty. */
export const withLists = <Row extends Pick<Endpoint, "eventTypes" | "channels" | "retrySchedule">>(row: Row): Row =>
  Object.assign(row, { eventTypes: row.eventTypes ?? [], channels: row.channels ?? [], retrySchedule: row.retrySchedule ?? [] });

const keyOf = (named: Named): [column: "id" | "uid", value: string] => ("id" in named ? ["id", named.id] : ["uid", named.uid]);
