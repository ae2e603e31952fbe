import type { HostInfo } from "#schema/host-api.ts";
import { sentence } from "../show/words.ts";

/** `Docker 20.10.24, API 1.41`; empty while nothing is known of it. */
export const engineWords = ({ engine }: HostInfo): string =>
  engine === null ? "" : `${sentence(engine.product)} ${engine.version}, API ${engine.apiVersion}`;
