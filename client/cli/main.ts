#!/usr/bin/env node
import { endingOf } from "./failures.ts";
import { createProgram } from "./program.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  const { code, sentence } = endingOf(error);
  if (sentence !== null) process.stderr.write(`longshore: ${sentence}\n`);
  process.exitCode = code;
}
