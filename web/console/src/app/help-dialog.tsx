import { Modal, Switch, Table } from "@mantine/core";
import { useState } from "react";
import { singleKeysWanted, wantSingleKeys } from "./shortcuts.ts";

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [["/"], "Find a task"],
  [["Ctrl", "K"], "Go anywhere"],
  [["g", "t"], "Tasks"],
  [["g", "h"], "Hosts"],
  [["g", "c"], "Containers"],
  [["g", "q"], "Queues"],
  [["g", "s"], "Schedules"],
  [["g", "f"], "Failed"],
  [["g", "m"], "Maintenance"],
  [["g", "l"], "Ledger"],
  [["g", "n"], "New task"],
  [["g", "r"], "Runners"],
  [["j", "k"], "Next, previous row"],
  [["Enter"], "Open the row"],
  [["x"], "Select the row"],
  [["Ctrl", "Enter"], "Submit the form"],
  [["?"], "This help"],
];

interface HelpDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export const HelpDialog = ({ opened, onClose }: HelpDialogProps) => {
  const [single, setSingle] = useState(singleKeysWanted);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {KEYS.map(([keys, what]) => (
            <Table.Tr key={what}>
              <Table.Td w={130}>
                {keys.map((key) => (
                  <kbd key={key} className="key">
                    {key}
                  </kbd>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label="Single-key shortcuts"
        checked={single}
        onChange={(event) => {
          setSingle(event.currentTarget.checked);
          wantSingleKeys(event.currentTarget.checked);
        }}
      />
    </Modal>
  );
};
