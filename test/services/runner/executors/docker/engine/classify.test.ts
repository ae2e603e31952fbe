import { expect, it } from "vitest";
import {
  classify,
  isEngineAway,
  messageOf,
} from "../../../../../../services/runner/executors/docker/engine/classify.ts";

/** As dockerode throws an engine's answer. */
const answer = (statusCode: number, message = "") =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), {
    statusCode,
    json: { message },
  });
const failure = (code: string) => Object.assign(new Error(code), { code });

it.each([
  [304, "", "unchanged"],
  [404, "No such container: abc", "gone"],
  [409, "removal of container abc is already in progress", "busy"],
  [409, "You cannot remove a running container", "conflict"],
  [409, "Container abc is already paused", "conflict"],
  [500, "Container abc is not paused", "conflict"],
  [500, "can only kill running containers. abc is in state exited: container state improper", "conflict"],
  [500, '"front" has associated containers with it: network is being used', "conflict"],
  [500, "unable to delete image by ID with more than one tag: please force removal", "conflict"],
  [500, "default network podman cannot be removed", "conflict"],
  [500, "cannot stop container", "trouble"],
  [400, "invalid mount", "refused"],
])("takes an answer %i “%s” as %s", (status, message, meaning) => {
  expect(classify(answer(status, message))).toBe(meaning);
  expect(isEngineAway(answer(status, message))).toBe(false);
});

it.each(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE"])("takes %s as the engine being away", (code) => {
  expect(isEngineAway(failure(code))).toBe(true);
});

it("takes a limit that ran out as unclear, not as the engine being away", () => {
  const late = new DOMException("late", "TimeoutError");
  expect(classify(late)).toBe("unclear");
  expect(isEngineAway(late)).toBe(false);
  expect(isEngineAway(new Error("socket hang up"))).toBe(true);
});

it("passes on the engine's own words", () => {
  expect(messageOf(answer(409, "it is busy"))).toBe("it is busy");
  expect(messageOf("odd")).toBe("odd");
});
