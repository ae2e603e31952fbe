import type { HostSample } from "#schema/telemetry.ts";
import { bytes, plural } from "../show/words.ts";

/** Longshore keeps its work below this share of a host's processors. */
const CPU_LINE = 80;

interface MeterProps {
  readonly name: string;
  readonly percent: number;
  readonly words: string;
}

const Meter = ({ name, percent, words }: MeterProps) => (
  <div className="meter">
    <span>{name}</span>
    <span className="meter-words">{words}</span>
    <span
      className="progress-track"
      role="meter"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={words}
      data-high={percent >= CPU_LINE || undefined}
    >
      <span className="progress-good" style={{ width: `${Math.min(100, percent)}%` }} />
    </span>
  </div>
);

/** How busy and how full the machine of a runner is. */
export const HostMeters = ({ sample }: { readonly sample: HostSample }) => (
  <div className="meters">
    <Meter
      name="CPU"
      percent={sample.cpuPercent}
      words={`${Math.round(sample.cpuPercent)} % of ${plural(sample.cores, "core")}`}
    />
    <Meter
      name="Memory"
      percent={(sample.memoryUsed / sample.memoryTotal) * 100}
      words={`${bytes(sample.memoryUsed)} of ${bytes(sample.memoryTotal)}`}
    />
    <Meter
      name="Disk"
      percent={(sample.diskUsed / Math.max(1, sample.diskTotal)) * 100}
      words={`${bytes(sample.diskUsed)} of ${bytes(sample.diskTotal)}`}
    />
  </div>
);
