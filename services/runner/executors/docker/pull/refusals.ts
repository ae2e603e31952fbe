/** Why a pull failed, from what the engine says of it: it has no codes for this, neither in its answers nor in its stream. */
export interface Refusal {
  readonly code: string;
  readonly retryable: boolean;
}

const KINDS: readonly (readonly [RegExp, Refusal])[] = [
  [/toomanyrequests|too many requests|rate limit/i, { code: "rate-limited", retryable: true }],
  [
    /no matching manifest|no match for platform|does not match the specified platform/i,
    { code: "no-platform", retryable: false },
  ],
  [
    /denied|unauthorized|authentication required|no basic auth|forbidden/i,
    { code: "denied", retryable: false },
  ],
  [
    /no such host|connection refused|timeout|EOF|reset by peer|no route/i,
    { code: "registry-away", retryable: true },
  ],
  [/manifest unknown|not found|name unknown|does not exist/i, { code: "not-found", retryable: false }],
  [/invalid reference|invalid tag|invalid repository/i, { code: "bad-name", retryable: false }],
  [/no space left/i, { code: "no-space", retryable: true }],
];

export const refusalOf = (message: string): Refusal =>
  KINDS.find(([words]) => words.test(message))?.[1] ?? { code: "pull-failed", retryable: true };

/** An engine repeats a registry's address as it knows it, which may have a name and a password in it. */
export const withoutSecrets = (message: string): string =>
  message.replace(/\/\/[^/@\s"]+@/g, "//***@").replace(/([?&](?:token|password|secret)=)[^&\s"]+/gi, "$1***");
