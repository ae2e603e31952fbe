import { statfs } from "node:fs/promises";

/** Free bytes on the disk that holds this folder, for an ordinary user; null when there is no such folder. */
export const freeBytesAt = async (folder: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
};
