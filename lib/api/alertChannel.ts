import { createAlertChannel, deleteAlertChannel, listAlertChannels, testAlertChannel } from "../contract/alertChannel.ts";
import * as alertChannels from "../services/incident/alertChannels.ts";
import { route } from "./route.ts";

export const alertChannelRoutes = [
  route(listAlertChannels, ({ actor }) => alertChannels.list(actor)),
  route(createAlertChannel, ({ actor, body }) => alertChannels.create(actor, body)),
  route(testAlertChannel, ({ actor, params }) => alertChannels.test(actor, params.alert_channel_id)),
  route(deleteAlertChannel, ({ actor, params }) => alertChannels.remove(actor, params.alert_channel_id)),
];
