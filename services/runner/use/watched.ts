/** An attempt, as far as what it uses is concerned. */
export interface Watched {
  readonly taskId: string;
  readonly attempt: number;
  /** How its processes are marked. */
  readonly mark: string;
  /** False while it is paused in place, or not at work yet or any more. */
  readonly working: boolean;
  /** Its slot's process; null where that is shared with others or does not show what the work uses. */
  readonly place: {
    readonly pid: number | undefined;
    /** Other processes do the work: what this one uses meanwhile is not the attempt's. */
    readonly hearsOnly: boolean;
  } | null;
}
