import { Button, Code, Loader, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLive, useTitle } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";

/** Takes the secret out of the address at once: it must not stay in the history of the browser. */
const takeSecret = (): string => {
  const secret = window.location.hash.slice(1);
  if (secret !== "") window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return secret;
};

/** Opens the session a one-time login link stands for, or says how to get such a link. */
export const LoginPage = () => {
  useTitle("Log in");
  const { client } = useLive();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/login" });
  const [busy, setBusy] = useState(() => window.location.hash.length > 1);
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState("");
  const begun = useRef(false);

  const enter = async (secret: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await client.login(secret);
      await navigate({ to: next ?? "/tasks", replace: true });
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };

  useEffect(() => {
    const secret = begun.current ? "" : takeSecret();
    begun.current = true;
    // A link works once: a second render must not use it again.
    if (secret !== "") void enter(secret);
  });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (link.trim() !== "") void enter(link.trim());
  };

  return (
    <main className="login" data-testid="login-page">
      <div className="login-card">
        <img src="/longshore.svg" alt="" width="44" height="44" />
        <h1>Longshore</h1>
        {busy ? (
          <p className="login-busy" role="status">
            <Loader size="xs" /> Logging in…
          </p>
        ) : (
          <>
            {problem !== null && (
              <p className="login-problem" role="alert">
                {problem}
              </p>
            )}
            <p>To log in, open a login link. On the machine that runs Longshore, ask for one with</p>
            <Code block>npm run login</Code>
            <p>and open the address it prints. A link works once and for ten minutes.</p>
            <form onSubmit={submit} className="login-form">
              <TextInput
                value={link}
                onChange={(event) => setLink(event.currentTarget.value)}
                placeholder="…or paste the link here"
                aria-label="Login link"
                autoComplete="off"
              />
              <Button type="submit" disabled={link.trim() === ""}>
                Log in
              </Button>
            </form>
          </>
        )}
      </div>
    </main>
  );
};
