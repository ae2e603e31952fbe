import { Fatal } from "#infra/service.ts";

/** Waits for work that may never answer; throws Fatal with `sentence` after `limit` milliseconds. */
export const within = async <T>(work: Promise<T>, limit: number, sentence: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Fatal(sentence)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
