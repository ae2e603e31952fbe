import { Anchor, Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Notice } from "../show/notice.tsx";
import { problemWords } from "../show/problem-words.ts";

/** A page that broke; the rest of the console stays usable. */
export const PageFailure = ({ error, reset }: ErrorComponentProps) => (
  <Notice title="This page could not be shown">
    <p>{problemWords(error)}</p>
    <Button size="xs" variant="default" onClick={reset}>
      Try again
    </Button>
  </Notice>
);

export const NotFound = () => (
  <Notice title="There is no such page">
    <p>
      <Anchor renderRoot={(props) => <Link to="/tasks" {...props} />}>Go to the tasks</Anchor>
    </p>
  </Notice>
);
