import { createSavedView, deleteSavedView, listSavedViews, patchSavedView } from "../contract/savedView.ts";
import * as savedViews from "../services/delivery/savedViews.ts";
import { route } from "./route.ts";

export const savedViewRoutes = [
  route(listSavedViews, ({ actor }) => savedViews.list(actor)),
  route(createSavedView, ({ actor, body }) => savedViews.create(actor, body)),
  route(patchSavedView, ({ actor, params, body }) => savedViews.change(actor, params.view_id, body)),
  route(deleteSavedView, ({ actor, params }) => savedViews.remove(actor, params.view_id)),
];
