import { type Logger, pino } from "pino";

export type Log = Logger;

/** One JSON line per happening, on stdout. Secrets that may slip into objects are redacted by name. */
export const createLog = (service: string, level: string): Log =>
  pino({
    name: service,
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        "token",
        "*.token",
        "authorization",
        "*.authorization",
        "cookie",
        "*.cookie",
        "password",
        "*.password",
      ],
      censor: "…",
    },
  });
