/** The program built beside this one that writes one checkpoint. */
export const CHECKPOINT_ENTRY = new URL("./scheduler-checkpoint.js", import.meta.url);
