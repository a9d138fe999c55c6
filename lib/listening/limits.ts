/** What one process does for those who listen: enough for a team at its desks, and no more. */
export const listenLimits = {
  /** Machines connected at once in all, of which an organization or network leaves as many as it has; and by network, or by API key where one was given. */
  connections: 200,
  connectionsOfOne: 10,
  /** New connections a second, by network or key. */
  openedPerSecond: 5,
  /** A connection that has not sent its first message by then is closed, and one whose first message is longer. */
  startMs: 10_000,
  startBytes: 4_096,
  /** A connection is closed after so long; clients connect again by themselves. */
  sessionMs: 43_200_000,
  /** The largest message from a machine; the body in it is base64: about 3 MB of an answer. */
  messageBytes: 4_194_304,
  /** Messages that a machine may send beside one for each request. */
  unaskedMessages: 16,
  /** Requests a second to one machine, and below it those waiting for their answers. */
  requestsPerSecond: 50,
  requestsUnderWay: 20,
  /** Bytes of bodies that wait for answers, of all machines together. */
  bytesUnderWay: 67_108_864,
  /** How long an answer may take: as long as the public clients wait for the local server. */
  answerMs: 30_000,
  /** Time between two pings. The public client written in Rust connects again when it hears nothing for half a minute. */
  pingMs: 15_000,
  /** How long the machine that has a token may take to answer a ping, when another comes with the same token. */
  pongMs: 2_000,
};

export type ListenLimits = typeof listenLimits;
