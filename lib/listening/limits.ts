/** What one process does for those who listen: enough for a team at its desks, and no more. */
export const listenLimits = {
  /** Machines at once, in all; by address, or by API key where one was given. */
  connections: 100,
  connectionsOfOne: 10,
  /** New connections a second, by address or key. */
  openedPerSecond: 5,
  /** A connection that does not say what it wants is closed. */
  startMs: 10_000,
  /** Clients connect again by themselves. */
  sessionMs: 43_200_000,
  /** Of a message from a machine, whose body is base64: about 3 MB of an answer. */
  messageBytes: 4_194_304,
  /** To one machine: requests a second, and waiting for their answers. */
  requestsPerSecond: 50,
  requestsUnderWay: 20,
  /** Bodies that wait for answers, of all machines together. */
  bytesUnderWay: 67_108_864,
  /** As long as the public clients wait for the local server. */
  answerMs: 30_000,
  /** Of signs of life. The public client written in Rust connects again when it hears nothing for half a minute. */
  pingMs: 15_000,
  /** For the one who has a token to show that it is still there, when another comes with it. */
  pongMs: 2_000,
};

export type ListenLimits = typeof listenLimits;
