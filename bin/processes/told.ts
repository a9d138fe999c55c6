/** A fault that has been put into words already, for the person who starts a program. */
export class Told extends Error {
  override readonly name = "Told";
}
