import { exportEnvironment, getEnvironmentSettings, importEnvironment, patchEnvironmentSettings } from "../contract/environmentSettings.ts";
import * as environmentSettings from "../services/environment/environmentSettings.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

/** Many things in one request, each as large and as deep as in a request of its own. */
const wholeEnvironment = { maximumBodyBytes: () => 64 * 1024 * 1024, maximumDepth: 70 };

export const environmentSettingsRoutes = [
  route(exportEnvironment, ({ actor }) => environmentSettings.exportEnvironment(actor)),
  route(
    importEnvironment,
    async ({ actor, query, body, bytes }) => {
      const done = await environmentSettings.importEnvironment(actor, body, fieldOf(bytes, "eventTypes"), query.dry_run);
      return query.dry_run ? reply(200, done) : reply(204, undefined);
    },
    wholeEnvironment,
  ),
  route(getEnvironmentSettings, ({ actor }) => environmentSettings.getSettings(actor)),
  route(patchEnvironmentSettings, ({ actor, body }) => environmentSettings.patchSettings(actor, body)),
];
