import { consumerPoll, consumerSeek, deleteConsumer, listConsumers, poll } from "../contract/poller.ts";
import * as consumers from "../services/poller/pollerConsumers.ts";
import * as pollers from "../services/poller/pollers.ts";
import { route } from "./route.ts";

export const pollerRoutes = [
  route(poll, ({ actor, params, query }) => pollers.poll(actor, params.app_id, params.sink_id, query)),
  route(listConsumers, ({ actor, params }) => consumers.listConsumers(actor, params.app_id, params.sink_id)),
  route(consumerPoll, ({ actor, params, query }) =>
    consumers.consumerPoll(actor, params.app_id, params.sink_id, params.consumer_id, query),
  ),
  route(consumerSeek, ({ actor, params, body }) =>
    consumers.consumerSeek(actor, params.app_id, params.sink_id, params.consumer_id, body.after),
  ),
  route(deleteConsumer, ({ actor, params }) => consumers.deleteConsumer(actor, params.app_id, params.sink_id, params.consumer_id)),
];
