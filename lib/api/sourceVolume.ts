import { getSourceVolume } from "../contract/sourceVolume.ts";
import { volumeOfSource } from "../services/source/sourceVolume.ts";
import { route } from "./route.ts";

export const sourceVolumeRoutes = [route(getSourceVolume, ({ actor, params, query }) => volumeOfSource(actor, params.source_id, query))];
