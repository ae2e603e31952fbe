/** What an idempotency key stands for: the same key with another type or payload is a mistake of who submits. */
import { shortHash } from "./short-hash.ts";
import { isReference } from "./stored.ts";
import type { TaskDefinition } from "./task.definition.ts";

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Type and payload in 11 characters. The order of keys is of no account in a payload that is part of its fact; one in
 * the object store is known by its bytes.
 */
export const submissionDigest = ({ type, payload }: Pick<TaskDefinition, "type" | "payload">): string =>
  shortHash(
    `${type}\n${isReference(payload) ? payload.sha256 : JSON.stringify(payload.value ?? null, inOrder)}`,
  );
