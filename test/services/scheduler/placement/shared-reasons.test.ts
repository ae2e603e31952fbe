import { describe, expect, it } from "vitest";
import { forgetSilentHosts, pressure } from "../../../../services/scheduler/runners/pressure.ts";
import { aGround } from "./a-ground.ts";

describe("reasons that tasks share", () => {
  it("are one fact when they begin to last and one when they end, however many tasks wait", () => {
    const { submit, place, finish, limits, time, authority } = aGround({ concurrency: 1 });
    const first = submit();
    const rest = Array.from({ length: 500 }, () => submit());
    place();
    expect(limits()).toEqual([]);
    time.now += 600;
    place();
    place();
    expect(limits()).toEqual(["global reached"]);
    expect(authority.records.limit.get("global")?.reason).toBe("1 of at most 1 tasks are running.");
    finish(first);
    for (const task of rest) {
      place();
      finish(task);
    }
    time.now += 100;
    place();
    expect(limits()).toEqual(["global reached", "global eased"]);
    expect([...authority.records.limit.all()]).toEqual([]);
  });

  it("are no fact when they come and go within a moment", () => {
    const { submit, place, finish, limits, time } = aGround({ concurrency: 1 });
    for (let count = 0; count < 20; count += 1) {
      const [first, second] = [submit(), submit()];
      place();
      time.now += 100;
      finish(first);
      place();
      finish(second);
      place();
    }
    expect(limits()).toEqual([]);
  });

  it("are recorded anew when their fact was not stored, the beginning as well as the end", () => {
    const { submit, place, finish, time, paper, authority } = aGround({ concurrency: 1 });
    const [first, second] = [submit(), submit()];
    place();
    const pass = (): boolean => {
      time.now += 600;
      place();
      place();
      return authority.records.limit.get("global")?.reached === true;
    };
    paper.store();
    expect(pass()).toBe(true);
    paper.forget();
    expect(authority.records.limit.get("global")).toBeUndefined();
    expect(pass()).toBe(true);
    finish(first);
    place();
    paper.store();
    finish(second);
    paper.store();
    expect(pass()).toBe(false);
    paper.forget();
    expect(authority.records.limit.get("global")?.reached).toBe(true);
    expect(pass()).toBe(false);
  });

  it("name the key and its holder", () => {
    const { submit, place, time, authority } = aGround();
    const concurrency = { key: "nas-1", limit: 1 };
    const holder = submit({ concurrency, name: "Backup" });
    const waiting = Array.from({ length: 50 }, () => submit({ concurrency }));
    place();
    time.now += 600;
    place();
    expect(authority.records.limit.get("key:nas-1")?.reason).toBe(
      `It waits for the key nas-1, held by task "Backup" (${holder.id}).`,
    );
    expect(waiting.every((task) => task.n === 1)).toBe(true);
  });
});

describe("a host under pressure", () => {
  const reason = "Host h: CPU 86 % > 80 %.";

  it("holds back any number of tasks with one fact, but never the only one", () => {
    const { authority, submit, place, isRunning, finish, limits, why } = aGround();
    const told = { runner: "monitor", host: "local-host" };
    const first = submit();
    const rest = Array.from({ length: 1_000 }, () => submit());
    expect(pressure(authority, { ...told, reason })).toMatchObject({ ok: true });
    pressure(authority, { ...told, reason });
    place();
    expect([first, ...rest].filter(isRunning)).toEqual([first]);
    expect(why(rest[0] ?? first)?.sentence).toBe(reason);
    expect(limits()).toEqual(["host:local-host reached"]);
    finish(first);
    place();
    expect(rest.filter(isRunning)).toHaveLength(1);
    pressure(authority, { ...told, reason: null });
    place();
    expect(rest.filter(isRunning)).toHaveLength(10);
    expect(limits()).toEqual(["host:local-host reached", "host:local-host eased"]);
  });

  it("is one fact for a hundred thousand that wait, and one when it is over", () => {
    const { authority, paper, submit, place, why } = aGround();
    const told = { runner: "monitor", host: "local-host" };
    submit();
    place();
    const last = Array.from({ length: 100_000 }, () => submit()).at(-1);
    const before = paper.written.length;
    pressure(authority, { ...told, reason });
    place();
    expect(last && why(last)?.sentence).toBe(reason);
    expect(paper.written.length - before).toBe(1);
    pressure(authority, { ...told, reason: null });
    expect(paper.written.length - before).toBe(2);
  }, 60_000);

  it("is over when its monitor has gone silent", () => {
    const { authority, time, limits } = aGround();
    pressure(authority, { runner: "monitor", host: "h", reason });
    time.now += 29_000;
    forgetSilentHosts(authority);
    expect(limits()).toEqual(["host:h reached"]);
    time.now += 2_000;
    forgetSilentHosts(authority);
    expect(limits()).toEqual(["host:h reached", "host:h eased"]);
  });
});
