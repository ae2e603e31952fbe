import { Alert, Button, TextInput } from "@mantine/core";
import { Hand, RotateCcw } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PlanHead } from "#schema/items.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { useOffline } from "../live/live-context.tsx";
import { useNow } from "../show/ticker.ts";
import { moment, plural } from "../show/words.ts";
import type { CommandSender } from "../task/use-command.ts";
import type { Choice, Tally } from "./plan-groups.ts";
import { approveWords, askWords, isGrave } from "./plan-words.ts";

/** What is typed where no host is known. */
const ANY_HOST = "this host";

interface TypedProps {
  readonly host: string;
  readonly named: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** What may hold data is not removed by a slip of the hand. */
const TypedHost = ({ host, named, value, onChange }: TypedProps) => (
  <TextInput
    className="approve-typed"
    size="xs"
    label={
      <>
        {plural(named, "item")} that may hold data {named === 1 ? "is" : "are"} ticked. Type{" "}
        <code>{host}</code> to confirm.
      </>
    }
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    autoComplete="off"
    data-testid="approve-word"
  />
);

const Expired = ({ at }: { readonly at: string }) => (
  <Alert color="orange" role="alert" title="This plan has expired">
    It was good until {moment(at)}. What it looked at may have changed: make a new one.
  </Alert>
);

const useExpired = ({ expiresAt }: PlanHead): boolean => {
  const now = useNow();
  return expiresAt !== undefined && Date.parse(expiresAt) <= now;
};

const yesTo = ({ number: plan, hash }: PlanHead, { except, named }: Choice): TaskCommand => ({
  type: "approve",
  plan,
  ...(hash === undefined ? {} : { hash }),
  except: [...except],
  volumes: [...named],
});

interface ApproveBarProps {
  readonly head: PlanHead;
  readonly verb: string;
  readonly thing: string;
  readonly sums: Tally;
  readonly choice: Choice;
  readonly sender: CommandSender;
}

/** The yes to a plan: says exactly what it does, and names the plan by its hash. */
export const ApproveBar = ({ head, verb, thing, sums, choice, sender }: ApproveBarProps) => {
  const offline = useOffline();
  const expired = useExpired(head);
  const [typed, setTyped] = useState("");
  const host = head.engine?.host ?? ANY_HOST;
  const asksHost = sums.named > 0 && !expired;
  const ready = sums.acts > 0 && !expired && !offline && (!asksHost || typed.trim() === host);
  const words = approveWords(verb, thing, sums);
  const approve = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !sender.busy) sender.press(yesTo(head, choice));
  };
  return (
    <form className="approve-bar" onSubmit={approve} aria-label="Your yes to this plan">
      <p className="approve-why" data-testid="plan-ask">
        <Hand size={16} aria-hidden="true" /> {askWords(head)}
      </p>
      {expired && <Expired at={head.expiresAt ?? ""} />}
      {asksHost && <TypedHost host={host} named={sums.named} value={typed} onChange={setTyped} />}
      <div className="approve-buttons">
        <Button
          type="submit"
          size="sm"
          data-grave={isGrave(verb) || undefined}
          disabled={!ready}
          loading={sender.busy}
          data-testid="plan-approve"
        >
          {words}
        </Button>
        <Button
          size="sm"
          variant={expired ? "filled" : "default"}
          leftSection={<RotateCcw size={15} />}
          disabled={offline || sender.busy}
          data-testid="plan-anew"
          onClick={() => sender.press({ type: "replan", plan: head.number })}
        >
          Plan anew
        </Button>
        <output className="visually-hidden">{words}</output>
      </div>
    </form>
  );
};
