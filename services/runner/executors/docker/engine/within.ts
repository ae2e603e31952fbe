/** How long a call may take: until `signal` aborts or `limitMs` have passed. */
export interface Bounds {
  readonly signal?: AbortSignal;
  readonly limitMs: number;
}

/**
 * Runs a call that is given a signal, and ends with it: by its own end, by the signal's reason, or by a TimeoutError.
 * It does not rely on the call: dockerode never settles when an answer is cut in its middle, and on Node 20 a
 * `timeout` inside `AbortSignal.any` is collected before it fires.
 */
export const within = async <T>(
  { signal, limitMs }: Bounds,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted();
  const ended = new AbortController();
  const end = (reason: unknown): void => ended.abort(reason);
  const forward = (): void => end(signal?.reason);
  const timer = setTimeout(
    () => end(new DOMException(`no answer within ${limitMs} ms`, "TimeoutError")),
    limitMs,
  );
  signal?.addEventListener("abort", forward, { once: true });
  try {
    return await Promise.race([
      call(ended.signal),
      new Promise<never>((_, reject) => {
        ended.signal.addEventListener("abort", () => reject(ended.signal.reason as Error), { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
};
