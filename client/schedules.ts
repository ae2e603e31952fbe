import type { Page } from "#schema/api.ts";
import type {
  ListQuery,
  RecordEventRow,
  ScheduleRow,
  TemplateRow,
  TemplateSubmitBody,
} from "#schema/record-api.ts";
import type { ScheduleBody, SchedulePatch } from "#schema/schedule.ts";
import type { TemplateBody } from "#schema/template.ts";
import type { Recorded, Submitted } from "./answers.ts";
import { apiPath, type Sender, withReason } from "./sender.ts";

/** Recurring tasks. */
export interface ScheduleClient {
  list(page?: ListQuery): Promise<Page<ScheduleRow>>;
  get(id: string): Promise<ScheduleRow>;
  events(
    id: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<Page<RecordEventRow>>;
  create(schedule: ScheduleBody, reason?: string): Promise<Recorded>;
  change(id: string, changes: SchedulePatch, reason?: string): Promise<Recorded>;
  pause(id: string, reason?: string): Promise<Recorded>;
  resume(id: string, reason?: string): Promise<Recorded>;
  /** `task`: the one that was submitted for it. */
  run(id: string, reason?: string): Promise<Recorded & { readonly task?: string }>;
  delete(id: string, reason?: string): Promise<Recorded>;
}

export const scheduleClient = ({ get, post, json }: Sender): ScheduleClient => {
  const steer = (id: string, verb: string, reason?: string): Promise<Recorded> =>
    post(apiPath("schedules", id, verb), withReason(reason));
  return {
    list: (page) => get("/api/schedules", { ...page }),
    get: (id) => get(apiPath("schedules", id)),
    events: (id, page) => get(apiPath("schedules", id, "events"), { ...page }),
    create: (schedule, reason) => post("/api/schedules", { ...schedule, ...withReason(reason) }),
    change: (id, changes, reason) =>
      json(apiPath("schedules", id), { method: "PATCH", body: { ...changes, ...withReason(reason) } }),
    pause: (id, reason) => steer(id, "pause", reason),
    resume: (id, reason) => steer(id, "resume", reason),
    run: (id, reason) => steer(id, "run", reason),
    delete: (id, reason) => json(apiPath("schedules", id), { method: "DELETE", body: withReason(reason) }),
  };
};

/** Named, numbered task definitions with parameters. */
export interface TemplateClient {
  list(): Promise<{ readonly items: readonly TemplateRow[]; readonly asOf: number }>;
  /** The latest version unless one is named. */
  get(name: string, version?: number): Promise<TemplateRow>;
  versions(name: string): Promise<{ readonly items: readonly TemplateRow[] }>;
  define(template: TemplateBody, reason?: string): Promise<Recorded>;
  retire(name: string, reason?: string): Promise<Recorded>;
  submit(name: string, body?: TemplateSubmitBody): Promise<Submitted>;
}

export const templateClient = ({ get, post, json }: Sender): TemplateClient => ({
  list: () => get("/api/templates"),
  get: (name, version) =>
    get(version === undefined ? apiPath("templates", name) : apiPath("templates", name, "versions", version)),
  versions: (name) => get(apiPath("templates", name, "versions")),
  define: (template, reason) => post("/api/templates", { ...template, ...withReason(reason) }),
  retire: (name, reason) => json(apiPath("templates", name), { method: "DELETE", body: withReason(reason) }),
  submit: (name, body) => post(apiPath("templates", name, "submit"), body),
});
