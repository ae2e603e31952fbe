/** Runs a job once per key, a few at a time; a key asked for again while it waits or runs is not repeated. */
export class FetchQueue {
  private readonly waiting: string[] = [];
  private readonly known = new Set<string>();
  private running = 0;
  private readonly job: (key: string) => Promise<void>;
  private readonly width: number;

  constructor(job: (key: string) => Promise<void>, width = 4) {
    this.job = job;
    this.width = width;
  }

  add(key: string): void {
    if (this.known.has(key)) return;
    this.known.add(key);
    this.waiting.push(key);
    this.next();
  }

  private next(): void {
    while (this.running < this.width) {
      const key = this.waiting.shift();
      if (key === undefined) return;
      this.running += 1;
      void this.job(key).finally(() => {
        this.running -= 1;
        this.known.delete(key);
        this.next();
      });
    }
  }
}
