import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { RunnerRow } from "#schema/api.ts";
import { requirementWords } from "../task/relation-words.ts";
import { isolationWords } from "./pool-words.ts";

/** What a runner's limits are worth, what it can spare, and which of its executors cannot be used. */
export const RunnerHonesty = ({ runner }: { readonly runner: RunnerRow }) => {
  const { title, message, weak } = isolationWords(runner.isolation);
  const Shield = weak ? ShieldAlert : ShieldCheck;
  const offers = requirementWords(runner.offers);
  return (
    <>
      <div className="isolation" data-weak={weak || undefined} data-testid="isolation">
        <Shield size={16} aria-hidden="true" />
        <div>
          <b>{title}</b>
          <p className="muted small">{message}</p>
        </div>
      </div>
      {offers !== "" && <p className="muted small">Offers {offers}</p>}
      {runner.faults.length > 0 && (
        <ul className="faults" aria-label="Executors that cannot be used">
          {runner.faults.map(({ file, message: why }) => (
            <li key={file}>
              <code>{file}</code> {why}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
