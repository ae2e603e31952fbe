/** Something that happens, told to whoever listens at that moment. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  readonly listen = (listener: (value: T) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  tell(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

/** A value that is there at any moment and tells when it changes: what useSyncExternalStore wants. */
export class Value<T> {
  private readonly changed = new Signal<T>();
  private current: T;

  constructor(first: T) {
    this.current = first;
  }

  readonly get = (): T => this.current;
  readonly subscribe = (listener: () => void): (() => void) => this.changed.listen(listener);

  set(next: T): void {
    this.current = next;
    this.changed.tell(next);
  }
}
