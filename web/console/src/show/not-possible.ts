import { notifications } from "@mantine/notifications";
import { problemWords } from "./problem-words.ts";

/** Tells a person that what they asked for was refused, and why. */
export const notPossible = (error: unknown): void =>
  void notifications.show({ color: "red", title: "Not possible", message: problemWords(error) });
