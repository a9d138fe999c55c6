import {
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  patchApplication,
  putApplication,
} from "../contract/application.ts";
import * as applications from "../services/application/applications.ts";
import * as applicationList from "../services/application/applicationList.ts";
import { reply } from "./reply.ts";
import { read, route } from "./route.ts";

export const applicationRoutes = [
  read(listApplications, ({ actor, query }) => applicationList.list(actor, query)),
  route(createApplication, async ({ actor, query, body }) => {
    const { created, application } = await applications.create(actor, body, { getIfExists: query.get_if_exists, formerId: query.id });
    return reply(created ? 201 : 200, application);
  }),
  read(getApplication, ({ actor, params }) => applications.get(actor, params.app_id)),
  route(putApplication, async ({ actor, params, body }) => {
    const { created, application } = await applications.put(actor, params.app_id, body);
    return reply(created ? 201 : 200, application);
  }),
  route(patchApplication, ({ actor, params, body }) => applications.patch(actor, params.app_id, body)),
  route(deleteApplication, ({ actor, params }) => applications.remove(actor, params.app_id)),
];
