import { NumberInput } from "@mantine/core";
import { type Mode, MODES, type PolicyDraft } from "./policy-draft.ts";
import { MODE_WORDS } from "./policy-words.ts";

type Limits = PolicyDraft["limits"];

const LIMITS: readonly {
  readonly key: keyof Limits;
  readonly label: string;
  readonly least: number;
  readonly most: number;
}[] = [
  { key: "items", label: "Items at most", least: 0, most: 10_000 },
  { key: "percent", label: "Per cent of all it looks at", least: 0, most: 100 },
  { key: "timesUsual", label: "Times the usual", least: 1, most: 1_000 },
  { key: "above", label: "The last two only above (items)", least: 0, most: 10_000 },
];

interface ModeFieldsProps {
  readonly mode: Mode;
  readonly limits: Limits;
  readonly onMode: (mode: Mode) => void;
  readonly onLimits: (part: Partial<Limits>) => void;
}

/** How far a policy goes by itself, and where it stops. */
export const ModeFields = ({ mode, limits, onMode, onLimits }: ModeFieldsProps) => (
  <fieldset className="policy-part">
    <legend className="visually-hidden">How far it goes by itself</legend>
    <div className="policy-kinds">
      {MODES.map((each) => (
        <label key={each} className="policy-choice">
          <input
            type="radio"
            name="policy-mode"
            checked={each === mode}
            data-testid={`mode-${each}`}
            onChange={() => onMode(each)}
          />
          <span>
            <b>{MODE_WORDS[each].short}</b>
            <span>{MODE_WORDS[each].long}</span>
          </span>
        </label>
      ))}
    </div>
    {mode === "auto" && (
      <div className="policy-limits">
        {LIMITS.map(({ key, label, least, most }) => (
          <NumberInput
            key={key}
            size="xs"
            label={label}
            placeholder="No limit"
            min={least}
            max={most}
            allowDecimal={key === "timesUsual"}
            value={limits[key] ?? ""}
            onChange={(value) => onLimits({ [key]: typeof value === "number" ? value : null })}
          />
        ))}
      </div>
    )}
  </fieldset>
);
