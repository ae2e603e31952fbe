/** Asks the running web server for a one-time login link. Throws with the server's answer when it gives none. */
export const loginLink = async (url: string, token: string): Promise<string> => {
  const response = await fetch(`${url}/api/login-links`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json().catch(() => ({}))) as { url?: string; detail?: string };
  if (response.status === 201 && answer.url !== undefined) return new URL(answer.url, url).href;
  throw new Error(`no login link: HTTP ${response.status} ${answer.detail ?? ""}`.trim());
};

/** What of the health answer says that work can be taken; absent where nobody keeps count of it. */
interface Health {
  readonly scheduler?: { readonly answers: boolean };
  readonly runners?: { readonly present: number };
}

/** Whether the whole is up: the edge serves, a scheduler answers, a runner is there. */
export const isHealthy = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    const { scheduler, runners } = (await response.json()) as Health;
    return response.status === 200 && scheduler?.answers !== false && runners?.present !== 0;
  } catch {
    return false;
  }
};
