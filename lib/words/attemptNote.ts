/**
 * Notes that an attempt can have beside its status. The status counts as soon as it and its headers are there: whatever
 * becomes of the body after them is a note.
 */
export const attemptNotes = [
  /** The connection ended before the body did. */
  "body_broken_off",
  /** The body had not ended when the attempt's time was over. */
  "body_timed_out",
  /** The body was not as HTTP frames it: a bad chunk, or one where there is none. */
  "body_malformed",
  /** The body was longer than what is read of one. */
  "body_left_unread",
  /** Not all headers were kept. */
  "headers_cut",
  /** A connection that was kept open turned out to be closed; the request was made once more, on a new one. */
  "reconnected",
] as const;
export type AttemptNote = (typeof attemptNotes)[number];

/** Each note in a sentence. */
export const noteWords: Record<AttemptNote, string> = {
  body_broken_off: "The connection ended before the response's body did. The status counts.",
  body_timed_out: "The response's body had not ended when the time was over. The status counts.",
  body_malformed: "The response's body was not as HTTP has it. The status counts.",
  body_left_unread: "The response's body went on beyond what is read. The status counts.",
  headers_cut: "The response had more headers than are kept.",
  reconnected: "The open connection turned out to be closed; the request was made again on a new one.",
};
