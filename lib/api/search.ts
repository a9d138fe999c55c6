import { find } from "../contract/search.ts";
import * as search from "../services/search/search.ts";
import { route } from "./route.ts";

export const searchRoutes = [route(find, ({ actor, query }) => search.find(actor, query))];
