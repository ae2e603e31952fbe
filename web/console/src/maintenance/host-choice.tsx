import { Select } from "@mantine/core";
import { useHosts } from "../hosts/use-hosts.ts";

const OWN = "";

interface HostChoiceProps {
  /** Null: the runner's own engine. */
  readonly host: string | null;
  readonly onChange: (host: string | null) => void;
}

/** Which container host a policy looks after. */
export const HostChoice = ({ host, onChange }: HostChoiceProps) => {
  const known = useHosts().data?.items.map(({ name }) => name) ?? [];
  const names = host === null || known.includes(host) ? known : [host, ...known];
  return (
    <Select
      size="xs"
      maw={320}
      label="Host"
      data={[{ value: OWN, label: "The runner's own engine" }, ...names]}
      value={host ?? OWN}
      onChange={(next) => onChange(next === null || next === OWN ? null : next)}
      allowDeselect={false}
      data-testid="policy-host"
    />
  );
};
