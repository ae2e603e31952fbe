import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { problemWords } from "./problem-words.ts";

interface NoticeProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** A calm message in the middle of an empty area. */
export const Notice = ({ title, icon, children }: NoticeProps) => (
  <div className="notice">
    {icon !== undefined && <div className="notice-icon">{icon}</div>}
    <h2>{title}</h2>
    {children}
  </div>
);

interface FailureNoticeProps {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** A failed load is never shown as an empty list. */
export const FailureNotice = ({ title, error, onRetry }: FailureNoticeProps) => (
  <div className="notice" role="alert">
    <h2>{title}</h2>
    <p>{problemWords(error)}</p>
    <Button size="xs" variant="default" onClick={onRetry}>
      Try again
    </Button>
  </div>
);
