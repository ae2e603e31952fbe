import { expect, it } from "vitest";
import {
  refusalOf,
  withoutSecrets,
} from "../../../../../../services/runner/executors/docker/pull/refusals.ts";

it.each([
  ["manifest for alpine:none not found: manifest unknown: manifest unknown", "not-found", false],
  ["pull access denied for none, repository does not exist or may require 'docker login'", "denied", false],
  ["unauthorized: authentication required", "denied", false],
  ["toomanyrequests: You have reached your pull rate limit. Please authenticate.", "rate-limited", true],
  ["no matching manifest for linux/s390x in the manifest list entries", "no-platform", false],
  ['Get "https://reg.io/v2/": dial tcp: lookup reg.io: no such host', "registry-away", true],
  ["unexpected EOF", "registry-away", true],
  ["write /var/lib/docker/tmp/x: no space left on device", "no-space", true],
  ["something new", "pull-failed", true],
])("tells from %s that it is %s", (message, code, retryable) => {
  expect(refusalOf(message)).toEqual({ code, retryable });
});

it("keeps names and passwords out of what it repeats", () => {
  expect(withoutSecrets('Get "https://me:secret@reg.io/v2/?account=me&token=abc": EOF')).toBe(
    'Get "https://***@reg.io/v2/?account=me&token=***": EOF',
  );
});
