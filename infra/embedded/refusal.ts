/** A reason not to start that the person can act on. `message` is one whole sentence; nothing else is shown. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
