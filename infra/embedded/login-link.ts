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

export const isHealthy = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    return response.status === 200;
  } catch {
    return false;
  }
};
