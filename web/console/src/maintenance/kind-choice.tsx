import type { ExecutorType } from "#schema/executor-type.ts";

interface KindChoiceProps {
  readonly types: readonly ExecutorType[];
  readonly chosen: string;
  readonly onChoose: (type: ExecutorType) => void;
}

/** What a policy may do, one sentence each. */
export const KindChoice = ({ types, chosen, onChoose }: KindChoiceProps) => (
  <fieldset className="policy-part policy-kinds">
    <legend className="visually-hidden">What it does</legend>
    {types.map((each) => (
      <label key={each.type} className="policy-choice">
        <input
          type="radio"
          name="policy-kind"
          checked={each.type === chosen}
          data-testid={`kind-${each.type}`}
          onChange={() => onChoose(each)}
        />
        <span>
          <b>{each.title}</b>
          <span>{each.description}</span>
        </span>
      </label>
    ))}
  </fieldset>
);
