import type { SubmitBody } from "#schema/submit-body.ts";
import type { FirstResult } from "../executor.ts";
import type { Answer, FromSlot, Question } from "../slots/slot-protocol.ts";

/** The scheduler will not have it: `code` is for programs, the message for people. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the work asks of the scheduler through its runner, from inside a slot. */
export interface Questions {
  submit(task: SubmitBody, key: string): Promise<string>;
  results(): AsyncIterable<FirstResult>;
  hear(id: number, answer: Answer): void;
}

export const createQuestions = (say: (message: FromSlot) => void): Questions => {
  const open = new Map<number, (answer: Answer) => void>();
  let lastId = 0;

  const ask = async <K extends Question["type"]>(
    question: Extract<Question, { type: K }>,
  ): Promise<Extract<Answer, { type: K }>> => {
    const answer = await new Promise<Answer>((answered) => {
      lastId += 1;
      open.set(lastId, answered);
      say({ kind: "ask", id: lastId, question });
    });
    if (answer.type === "refused") throw new Refused(answer.code, answer.message);
    return answer as Extract<Answer, { type: K }>;
  };

  return {
    submit: async (task, key) => (await ask<"submit">({ type: "submit", task, key })).taskId,
    results: async function* () {
      for (let from: number | null = 0; from !== null;) {
        const page: Extract<Answer, { type: "results" }> = await ask<"results">({ type: "results", from });
        yield* page.results;
        from = page.next;
      }
    },
    hear: (id, answer) => {
      open.get(id)?.(answer);
      open.delete(id);
    },
  };
};
