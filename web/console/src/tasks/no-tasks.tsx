import { Button, Code } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Anchor } from "lucide-react";
import { useLive } from "../live/live-context.tsx";
import { Notice } from "../show/notice.tsx";
import { newKey } from "../submit/new-key.ts";
import { problemWords } from "../show/problem-words.ts";

/** A harmless command that lives long enough to be watched. */
const SAMPLE = {
  type: "command",
  name: "A first look: count to ten",
  payload: { command: ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo step $i of 10; sleep 1; done"] },
};

const Sample = () => {
  const { client } = useLive();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: () => client.submit(SAMPLE, { idempotencyKey: newKey() }),
    onSuccess: ({ id }) => navigate({ to: "/tasks/$id", params: { id } }),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: "The sample was not accepted",
        message: problemWords(error),
      }),
  });
  return (
    <Button size="xs" loading={run.isPending} onClick={() => run.mutate()}>
      Run a sample task
    </Button>
  );
};

/** Nobody has ever submitted anything. */
export const NothingYet = () => (
  <Notice title="No tasks yet" icon={<Anchor size={34} />}>
    <p>
      A task is a piece of background work: a command, or an action on many containers. Everything it does is
      recorded here, and nothing of it is lost.
    </p>
    <div className="notice-buttons">
      <Sample />
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => <Link to="/containers" search={{}} {...props} />}
      >
        Act on containers
      </Button>
      <Button size="xs" variant="default" renderRoot={(props) => <Link to="/new" search={{}} {...props} />}>
        Fill in a form
      </Button>
    </div>
    <p className="muted">
      Or from a script: <Code>POST {window.location.origin}/api/tasks</Code>
    </p>
  </Notice>
);

export const FilteredOut = ({ onClear }: { readonly onClear: () => void }) => (
  <Notice title="No task fits these filters">
    <p>A task that comes to fit will appear here by itself.</p>
    <Button size="xs" variant="default" onClick={onClear}>
      Clear filters
    </Button>
  </Notice>
);
