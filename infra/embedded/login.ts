import { readEnv } from "#infra/env.ts";
import { adminToken } from "./admin-token.ts";
import { explain } from "./explain.ts";
import { loginLink } from "./login-link.ts";
import { runningStack } from "./running.ts";
import { complain, say } from "./terminal.ts";

try {
  const env = readEnv();
  say(await loginLink(runningStack(env.data).url, adminToken(env.data, env.adminToken)));
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}
