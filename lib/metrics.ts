/**
 * Metrics of a process, for Prometheus. Reading them asks nothing of the database. Where several processes share a port, a scrape
 * gets the sum of theirs; what each of them says of the database is the same thing, and its maximum.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { setSingleton, singleton } from "./singleton.ts";

export type Metrics = ReturnType<typeof makeMetrics>;

export const metrics = (): Metrics => singleton("metrics", makeMetrics);

/** What a scrape gets, in Prometheus' text format. */
export type Scrape = { contentType: string; text: string };

export const scrape = (): Promise<Scrape> => singleton("scrape", () => scrapeOwn)();

/** Answers scrapes with those of all processes behind the port, of which this is one. */
export const setScrape = (read: () => Promise<Scrape>): void => setSingleton("scrape", read);

async function scrapeOwn(): Promise<Scrape> {
  const { registry } = metrics();
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function makeMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    accepted: new Counter({ name: "webster_messages_accepted_total", help: "Messages committed", registers }),
    refused: new Counter({
      name: "webster_messages_refused_total",
      help: "Messages that could not be stored: too much waited, or the database was away",
      registers,
    }),
    received: new Counter({
      name: "webster_requests_received_total",
      help: "Requests at sources, by verdict: accepted, duplicate, pending, overloaded (503: too much under way), or the reason of another",
      labelNames: ["verdict"] as const,
      registers,
    }),
    attempts: new Counter({
      name: "webster_attempts_total",
      help: "Attempts made, by result: succeeded, or the error's class",
      labelNames: ["result"] as const,
      registers,
    }),
    attemptSeconds: new Histogram({
      name: "webster_attempt_duration_seconds",
      help: "From the start of an attempt to its outcome",
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 5, 15, 60],
      registers,
    }),
    commitSize: new Histogram({
      name: "webster_commit_rows",
      help: "Rows that shared one statement",
      labelNames: ["statement"] as const,
      buckets: [1, 5, 20, 50, 100, 200, 500],
      registers,
    }),
    queued: new Gauge({ name: "webster_deliveries_queued", help: "Deliveries held in memory, not yet sent", registers }),
    rateLimited: new Gauge({
      name: "webster_deliveries_rate_limited",
      help: "Of the queued: those that wait because their endpoint or application has a rate",
      registers,
    }),
    overdue: new Gauge({
      name: "webster_deliveries_overdue",
      help: "Deliveries of the database, at most 10000, due for more than 10 s and held by no process; measured by workers. Those in hand are not among them: webster_deliveries_in_hand_seconds",
      aggregator: "max",
      registers,
    }),
    overdueSeconds: new Gauge({
      name: "webster_deliveries_overdue_seconds",
      help: "For how long the first of them has been due",
      aggregator: "max",
      registers,
    }),
    inHandSeconds: new Gauge({
      name: "webster_deliveries_in_hand_seconds",
      help: "Age of the oldest message whose deliveries a pass (soon, late) has yet to let into the queue if they are still in hand; of what was claimed (claimed), for how long it could have been let in; 0: there is none. What its process has not sent waits for it",
      labelNames: ["pass"] as const,
      aggregator: "max",
      registers,
    }),
    replicaLag: new Gauge({
      name: "webster_replica_lag_seconds",
      help: "How far the replica is behind the primary",
      aggregator: "max",
      registers,
    }),
    processes: new Gauge({ name: "webster_processes", help: "Processes of this server that work (WEBSTER_PROCESSES)", registers }),
    processesEnded: new Counter({
      name: "webster_processes_ended_total",
      help: "Processes of this server that ended unasked, and were started again: by their exit code, the signal, or hang",
      labelNames: ["by"] as const,
      registers,
    }),
    unhandledRejections: new Counter({
      name: "webster_unhandled_rejections_total",
      help: "Promises that failed while nobody waited for them: process.unhandled_rejection in the log",
      registers,
    }),
    inFlight: new Gauge({ name: "webster_attempts_in_flight", help: "Attempts under way", registers }),
    unsettled: new Gauge({ name: "webster_outcomes_unsettled", help: "Outcomes not yet stored", registers }),
    claimed: new Counter({ name: "webster_deliveries_claimed_total", help: "Deliveries claimed from the database", registers }),
    leasesGivenBack: new Counter({ name: "webster_leases_given_back_total", help: "Deliveries given back unsent", registers }),
    leasesLost: new Counter({ name: "webster_leases_lost_total", help: "Outcomes that came too late to count", registers }),
    codeRuns: new Counter({
      name: "webster_code_runs_total",
      help: "Runs of people's code, by result: done, or what ended them",
      labelNames: ["result"] as const,
      registers,
    }),
    endpointsDisabled: new Counter({
      name: "webster_endpoints_disabled_total",
      help: "Endpoints disabled by what they answered",
      labelNames: ["reason"] as const,
      registers,
    }),
  };
}
