import { Button, Code } from "@mantine/core";
import { Unplug } from "lucide-react";
import type { HostInfo } from "#schema/host-api.ts";
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

const OwnSteps = () => (
  <>
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
  </>
);

const FarSteps = ({ address, runner }: Pick<HostInfo, "address" | "runner">) => (
  <>
    <li>
      Is it there? It is reached at <Code>{address}</Code> from the machine of the runner {runner}.
    </li>
    <li>
      May the runner log in? Its account's keys, or the certificates beside the address, must be good there.
    </li>
    <li>Has it moved? Its address stands in that runner's hosts file.</li>
  </>
);

interface EngineAwayProps {
  readonly host: HostInfo;
  readonly message: string;
  readonly onRetry: () => void;
}

/** The runner is there, the engine is not: the engine's own sentence, and what to do. */
export const EngineAway = ({ host, message, onRetry }: EngineAwayProps) => (
  <Notice title="The container engine cannot be reached" icon={<Unplug size={34} />}>
    <p role="alert">{message}</p>
    <ul className="notice-steps">{host.name === host.runner ? <OwnSteps /> : <FarSteps {...host} />}</ul>
    <p className="muted">
      Everything else works meanwhile. This page comes back by itself when the engine does.
    </p>
    <Button size="xs" variant="default" onClick={onRetry}>
      Try again
    </Button>
  </Notice>
);
