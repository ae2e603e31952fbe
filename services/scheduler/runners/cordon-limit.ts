/** The limit that says of a runner that it is out of service: all its work shares that reason to wait. */
const CORDON = "runner:";

export const cordonOf = (runner: string): string => `${CORDON}${runner}`;

/** Such limits begin and end when a person says so. */
export const isCordon = (limit: string): boolean => limit.startsWith(CORDON);
