/**
 * Thrown where an engine must not or cannot be worked with as it is: too old or too new, not the pinned one, not who its
 * certificate says. The message is one sentence. It is about the host, never about an item.
 */
export class EngineRefused extends Error {
  override readonly name = "EngineRefused";
  /** What a task fails with. */
  readonly refusal = "host-refused";
}
