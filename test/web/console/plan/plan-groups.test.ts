import fc from "fast-check";
import { expect, test } from "vitest";
import { indexSet, isInSet, type PlanItem } from "#schema/items.ts";
import {
  AS_PLANNED,
  canBeTicked,
  type Choice,
  choiceOf,
  groupOf,
  isTicked,
  tally,
  withTicks,
} from "../../../../web/console/src/plan/plan-groups.ts";

const anItem = (parts: Partial<PlanItem> = {}): PlanItem => ({ id: "a", name: "a", ...parts });

const items = fc.array(
  fc
    .record(
      {
        skip: fc.constant("It is in use."),
        protected: fc.boolean(),
        ask: fc.constant("It holds data."),
        bytes: fc.nat({ max: 1_000 }),
      },
      { requiredKeys: [] },
    )
    .map((parts) => anItem(parts)),
  { maxLength: 40 },
);

const presses = fc.array(fc.tuple(fc.nat({ max: 45 }), fc.boolean()), { maxLength: 60 });

/** What the runner makes of a yes: kept apart from the console's own view of it. */
const isActedOn = (item: PlanItem, index: number, yes: { except: string; named: string }): boolean =>
  item.skip === undefined &&
  !isInSet(yes.except, index) &&
  (item.ask === undefined || isInSet(yes.named, index));

test("what is ticked is exactly what the runner acts on once the yes has been given", () => {
  fc.assert(
    fc.property(items, presses, (plan, pressed) => {
      const choice = pressed.reduce<Choice>(
        (before, [index, ticked]) => withTicks(before, plan, [index], ticked),
        AS_PLANNED,
      );
      const yes = {
        except: indexSet([...choice.except], plan.length),
        named: indexSet([...choice.named], plan.length),
      };
      for (const [index, item] of plan.entries()) {
        expect(isTicked(choice, groupOf(item), index)).toBe(isActedOn(item, index, yes));
      }
      expect(choiceOf(plan, yes)).toEqual(choice);
      const acted = plan.filter((item, index) => isActedOn(item, index, yes));
      expect(tally(plan, choice)).toMatchObject({
        acts: acted.length,
        named: acted.filter(({ ask }) => ask !== undefined).length,
        bytes: acted.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
      });
    }),
  );
});

test("at first everything is ticked but what asks for a yes of its own", () => {
  const plan = [anItem(), anItem({ ask: "It holds data." }), anItem({ skip: "In use." })];
  expect(plan.map((item, index) => isTicked(AS_PLANNED, groupOf(item), index))).toEqual([true, false, false]);
});

test("what is left alone or protected cannot be ticked, not even with all the others", () => {
  const plan = [anItem({ skip: "In use." }), anItem({ skip: "Its label says so.", protected: true })];
  expect(plan.map((item) => groupOf(item))).toEqual(["skip", "protected"]);
  expect(plan.some((item) => canBeTicked(groupOf(item)))).toBe(false);
  expect(withTicks(AS_PLANNED, plan, [0, 1], true)).toEqual(AS_PLANNED);
});
