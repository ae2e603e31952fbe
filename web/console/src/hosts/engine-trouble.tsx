import { Button, Code } from "@mantine/core";
import { Unplug } from "lucide-react";
import { Notice } from "../show/notice.tsx";

/** No runner is connected, so there is no engine to ask. */
export const NoRunner = ({ onRetry }: { readonly onRetry: () => void }) => (
  <Notice title="No runner is connected" icon={<Unplug size={34} />}>
    <p>
      A runner is the part of Longshore that talks to the container engine. It is started together with
      everything else by <Code>npm start</Code> and will show up here by itself.
    </p>
    <Button size="xs" variant="default" onClick={onRetry}>
      Look again
    </Button>
  </Notice>
);

interface EngineAwayProps {
  readonly message: string;
  readonly onRetry: () => void;
}

/** The runner is there, its engine is not: the engine's own sentence, and what to do. */
export const EngineAway = ({ message, onRetry }: EngineAwayProps) => (
  <Notice title="The container engine cannot be reached" icon={<Unplug size={34} />}>
    <p role="alert">{message}</p>
    <ul className="notice-steps">
      <li>
        Is it running? <Code>docker version</Code> on the runner's machine tells.
      </li>
      <li>
        May Longshore use it? Its account needs access to the engine's socket (often the group{" "}
        <Code>docker</Code>).
      </li>
      <li>
        Does it listen elsewhere? Set <Code>DOCKER_HOST</Code> before starting Longshore.
      </li>
    </ul>
    <p className="muted">
      Everything else works meanwhile. This page comes back by itself when the engine does.
    </p>
    <Button size="xs" variant="default" onClick={onRetry}>
      Try again
    </Button>
  </Notice>
);
