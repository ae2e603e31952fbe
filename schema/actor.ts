/** Who caused a fact: a person, a program with a token, or one of the services. */
export interface Actor {
  readonly kind: "user" | "token" | "runner" | "monitor" | "scheduler" | "schedule" | "task" | "batch";
  readonly id: string;
}

export const SCHEDULER: Actor = { kind: "scheduler", id: "scheduler" };
