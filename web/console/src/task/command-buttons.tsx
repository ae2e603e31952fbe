import { Button, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ban, Check, Pause, Play, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import type { FoldedTask } from "#schema/task.fold.ts";
import { useOffline } from "../live/live-context.tsx";
import { ConfirmDialog } from "../show/confirm-dialog.tsx";
import { type Offer, offersFor, shownOffers } from "./commands.ts";
import { MoreActions } from "./more-actions.tsx";
import { type CommandSender, useCommand } from "./use-command.ts";

const ICONS: Record<Offer["id"], ReactNode> = {
  cancel: <Ban size={15} />,
  pause: <Pause size={15} />,
  resume: <Play size={15} />,
  retry: <RotateCcw size={15} />,
  "retry-all": <RotateCcw size={15} />,
  approve: <Check size={15} />,
};

interface OfferButtonProps {
  readonly offer: Offer;
  readonly busy: boolean;
  readonly offline: boolean;
  readonly onPress: () => void;
}

const OfferButton = ({ offer, busy, offline, onPress }: OfferButtonProps) => {
  const dead = !offer.allowed || offline;
  const why =
    offline && offer.allowed ? "The server does not answer: nothing can be asked of it now." : offer.why;
  return (
    <Tooltip label={why} disabled={!dead} multiline maw={320}>
      <Button
        size="xs"
        variant={offer.id === "retry" && offer.allowed ? "filled" : "default"}
        leftSection={ICONS[offer.id]}
        data-testid={`command-${offer.id}`}
        // Not `disabled`: the reason must be reachable by keyboard and by screen readers.
        aria-disabled={dead}
        {...(dead && { "data-disabled": true })}
        loading={busy}
        onClick={(event) => (dead ? event.preventDefault() : onPress())}
      >
        {offer.label}
      </Button>
    </Tooltip>
  );
};

interface CancelButtonProps extends OfferButtonProps {
  readonly active: boolean;
}

/** What cancelling means depends on whether somebody is at work. */
const consequence = (active: boolean): string =>
  active
    ? "What is under way is ended cleanly; what is already done stays done. You can retry the rest later."
    : "It has not begun; it will not begin. You can retry it later.";

const CancelButton = ({ active, ...props }: CancelButtonProps) => (
  <ConfirmDialog
    question="Cancel this task?"
    consequence={consequence(active)}
    no="Keep it"
    yes={{ label: "Cancel the task", testid: "confirm-cancel", color: "red" }}
    onYes={props.onPress}
    atEnd
    button={(open) => <OfferButton {...props} onPress={open} />}
  />
);

interface OfferRowProps {
  readonly offers: readonly Offer[];
  readonly sender: CommandSender;
  readonly active: boolean;
}

export const OfferRow = ({ offers, sender, active }: OfferRowProps) => {
  const offline = useOffline();
  return (
    <>
      {offers.map((offer) => {
        const props = { offer, offline, busy: sender.busy, onPress: () => sender.press(offer.command) };
        return offer.id === "cancel" ? (
          <CancelButton key={offer.id} {...props} active={active} />
        ) : (
          <OfferButton key={offer.id} {...props} />
        );
      })}
    </>
  );
};

interface CommandButtonsProps {
  readonly task: FoldedTask;
  readonly active: boolean;
}

/** A yes is given where the plan can be seen. */
const ReviewButton = ({ id, label }: { readonly id: string; readonly label: string }) => (
  <Button
    size="xs"
    leftSection={ICONS.approve}
    data-testid="command-approve"
    renderRoot={(props) => (
      <Link to="/tasks/$id" params={{ id }} search={{ tab: "plan" }} replace {...props} />
    )}
  >
    {label}
  </Button>
);

/** The buttons of a task: exactly what the statechart allows, and why not what it does not. */
export const CommandButtons = ({ task, active }: CommandButtonsProps) => {
  const sender = useCommand(task.id);
  const shown = shownOffers(offersFor(task));
  const review = shown.find(({ id }) => id === "approve");
  // While a plan waits for a yes, buttons that cannot be pressed would only be in the way of the two that matter.
  const offers = review === undefined ? shown : shown.filter(({ allowed }) => allowed);
  return (
    <div className="commands" role="group" aria-label="Commands">
      {review && <ReviewButton id={task.id} label={review.label} />}
      <OfferRow offers={offers.filter((offer) => offer !== review)} sender={sender} active={active} />
      <MoreActions task={task} />
    </div>
  );
};
