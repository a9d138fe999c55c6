/** Rules that must hold after any run with faults. Joins what was posted, what arrived and what is stored. */

export type Endpoint = { name: string; tenant: string; isOrdered: boolean };

/** One message, posted until it was accepted. */
export type Posted = {
  tenant: string;
  /** The ids that the answers had: a key that was posted again must give the same. */
  ids: string[];
  /** SHA-256 of the payload, hexadecimal. */
  hash: string;
  /** Messages of one line were posted one after the other, and so must arrive where order is promised. */
  line: string;
  /** The message's place in the line. */
  number: number;
};

/** One request at a receiver. */
export type Hit = {
  id: string;
  endpoint: string;
  hash: string;
  /** Whether the endpoint's own secret signed it. */
  isSigned: boolean;
  /** 0: it was given no answer. */
  status: number;
  startedAtMs: number;
  endedAtMs: number;
};

export type Fault = { kind: string; fromMs: number; untilMs: number };

export type Stored = {
  messages: { id: string; tenant: string }[];
  /** recorded: the numbers of its attempts. */
  deliveries: { id: string; endpoint: string; status: string; attempts: number; recorded: number[]; isLeased: boolean }[];
};

export type Run = {
  endpoints: Endpoint[];
  posted: Posted[];
  hits: Hit[];
  faults: Fault[];
  stored: Stored;
  /** The most attempts that the schedule has. */
  triesAtMost: number;
};

const isSuccess = ({ status }: Hit): boolean => status >= 200 && status < 300;
const pairOf = (id: string, endpoint: string): string => `${id} at ${endpoint}`;

/** The violations, each as a sentence that begins with the invariant's number; empty: all hold. */
export function violations({ endpoints, posted, hits, faults, stored, triesAtMost }: Run): string[] {
  const found: string[] = [];
  const tenantOf = new Map(endpoints.map(({ name, tenant }) => [name, tenant]));
  const postedOf = new Map(posted.flatMap((one) => one.ids.map((id) => [id, one] as const)));
  const storedIds = new Set(stored.messages.map(({ id }) => id));
  const hitsOf = groupBy(
    hits.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    ({ id, endpoint }) => pairOf(id, endpoint),
  );
  const deliveryOf = new Map(stored.deliveries.map((delivery) => [pairOf(delivery.id, delivery.endpoint), delivery]));

  for (const { ids } of posted) {
    for (const id of ids) if (!storedIds.has(id)) found.push(`I1: ${id} was accepted and is not stored`);
    if (new Set(ids).size > 1) found.push(`I1: one key was given several messages: ${[...new Set(ids)].join(", ")}`);
  }
  for (const { id } of stored.messages) if (!postedOf.has(id)) found.push(`I1: ${id} is stored, and is no answer to what was posted`);

  for (const { id, endpoint, status, attempts, recorded, isLeased } of stored.deliveries) {
    if (status !== "succeeded") found.push(`I2: ${pairOf(id, endpoint)} is ${status} in the end`);
    if (isLeased) found.push(`I8: ${pairOf(id, endpoint)} is still somebody's`);
    if (attempts > triesAtMost + faults.length) found.push(`I9: ${pairOf(id, endpoint)} was tried ${attempts} times`);
    if (recorded.toSorted((a, b) => a - b).join() !== Array.from({ length: attempts }, (_, n) => n + 1).join())
      found.push(`I9: ${pairOf(id, endpoint)} counts ${attempts} attempts, recorded are ${recorded.join(", ")}`);
  }

  for (const { ids, tenant } of posted)
    for (const { name } of endpoints.filter((endpoint) => endpoint.tenant === tenant)) {
      const pair = pairOf(ids[0] ?? "", name);
      if (!deliveryOf.has(pair)) found.push(`I3: there is no delivery of ${pair}`);
      if (hitsOf.get(pair)?.some(isSuccess) !== true) found.push(`I3: ${pair} never arrived`);
    }

  for (const [pair, all] of hitsOf) {
    const successes = all.filter(isSuccess);
    for (const [place, later] of successes.entries()) {
      const earlier = successes[place - 1];
      if (earlier === undefined) continue;
      const isExcused = faults.some(({ fromMs, untilMs }) => fromMs <= later.startedAtMs && untilMs >= earlier.startedAtMs);
      if (!isExcused) found.push(`I4: ${pair} came again, and nothing had happened meanwhile`);
    }
  }

  for (const { id, endpoint, hash, isSigned } of hits) {
    const origin = postedOf.get(id);
    if (!storedIds.has(id)) found.push(`I5: ${pairOf(id, endpoint)} arrived and is no stored message`);
    if (!isSigned) found.push(`I6: ${pairOf(id, endpoint)} was not signed with the endpoint's secret`);
    if (origin !== undefined && origin.tenant !== tenantOf.get(endpoint))
      found.push(`I6: ${pairOf(id, endpoint)} belongs to ${origin.tenant}`);
    if (origin !== undefined && origin.hash !== hash) found.push(`I7: ${pairOf(id, endpoint)} has another body`);
  }

  for (const { name, tenant } of endpoints.filter(({ isOrdered }) => isOrdered))
    for (const [line, messages] of groupBy(
      posted.filter((one) => one.tenant === tenant),
      (one) => one.line,
    )) {
      let before: { id: string; arrivedAtMs: number } | null = null;
      for (const { ids } of messages.toSorted((a, b) => a.number - b.number)) {
        const id = ids[0] ?? "";
        const all = hitsOf.get(pairOf(id, name)) ?? [];
        if (before !== null && all.some(({ startedAtMs }) => startedAtMs < (before?.arrivedAtMs ?? 0)))
          found.push(`I10: in line ${line} of ${name}, ${id} was sent before ${before.id} had arrived`);
        before = { id, arrivedAtMs: all.find(isSuccess)?.endedAtMs ?? Infinity };
      }
    }
  return found;
}

function groupBy<T>(all: T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
