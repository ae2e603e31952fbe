/**
 * How long work on an engine may tell of nothing, in ms. Its longest calls, measuring the disk and removing an image, are
 * given ten minutes, and there is nothing to hear of them until they end; what is looked at before and after takes up to
 * two more. A container that grants itself longer than that to stop counts as stuck meanwhile.
 */
export const ENGINE_SILENCE_MS = 720_000;
