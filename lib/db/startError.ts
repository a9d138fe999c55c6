/** Why a program can't start, for the person at the terminal: what happened, and what to do. Printed without a stack trace. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** What to do, in words or as a command. */
  readonly remedy: string;

  constructor(what: string, remedy: string, cause?: unknown) {
    super(what, { cause });
    this.remedy = remedy;
  }
}
