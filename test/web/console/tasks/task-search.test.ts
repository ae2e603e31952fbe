import { expect, test } from "vitest";
import { taskSearch } from "../../../../web/console/src/tasks/task-search.ts";

test("what makes no sense in the address is left out, the rest is kept", () => {
  expect(
    taskSearch({
      state: "running,nonsense,waiting",
      priority: "urgent",
      text: "  stop ",
      queue: "",
      page: 3,
    }),
  ).toEqual({ state: "running,waiting", text: "stop" });
});

test("an address without filters asks for everything", () => {
  expect(taskSearch({})).toEqual({});
  expect(taskSearch({ state: "nonsense" })).toEqual({});
});

test("a number in the address is still text", () => {
  expect(taskSearch({ text: 100 })).toEqual({ text: "100" });
});
