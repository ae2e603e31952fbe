import { expect, it } from "vitest";
import { IMAGE_REF } from "../../../../../../services/runner/executors/docker/engine/names.ts";
import { referenceOf } from "../../../../../../services/runner/executors/docker/pull/reference.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

it.each([
  ["alpine", "alpine", "latest", "alpine:latest"],
  ["alpine:3", "alpine", "3", "alpine:3"],
  ["127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b", "latest", "127.0.0.1:5000/a/b:latest"],
  ["127.0.0.1:5000/a/b:1.2", "127.0.0.1:5000/a/b", "1.2", "127.0.0.1:5000/a/b:1.2"],
  [`alpine@${DIGEST}`, "alpine", DIGEST, `alpine@${DIGEST}`],
  [`reg.io/alpine:3@${DIGEST}`, "reg.io/alpine", DIGEST, `reg.io/alpine@${DIGEST}`],
])("asks for one tag or digest of %s", (image, name, tag, full) => {
  expect(IMAGE_REF.test(image)).toBe(true);
  expect(referenceOf(image)).toEqual({ name, tag, full });
});
