import { SegmentedControl } from "@mantine/core";
import type { ExecutorType } from "#schema/executor-type.ts";

interface TypePickerProps {
  readonly types: readonly ExecutorType[];
  readonly chosen: string;
  readonly onChoose: (type: string) => void;
}

export const TypePicker = ({ types, chosen, onChoose }: TypePickerProps) => (
  <div className="type-picker">
    <SegmentedControl
      aria-label="Type"
      withItemsBorders={false}
      data={types.map(({ type, title }) => ({ value: type, label: title }))}
      value={chosen}
      onChange={onChoose}
    />
  </div>
);
