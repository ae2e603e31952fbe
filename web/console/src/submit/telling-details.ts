import type { Problem } from "#schema/api.ts";

type Details = NonNullable<Problem["details"]>;

/** Sentences that only say that something below did not fit; what that was has a line of its own. */
const WRAPPER = /^(Instance does not match|Property "[^"]+" does not match|Items did not match)/;

/** The server's complaints without those that only point at another one. */
export const tellingDetails = (details: Problem["details"]): Details => {
  const telling = (details ?? []).filter(({ message }) => !WRAPPER.test(message));
  return telling.length > 0 ? telling : (details ?? []);
};
