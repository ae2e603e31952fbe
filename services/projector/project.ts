import { streamExtent } from "#infra/nats/follow.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { type Batches, readBatches } from "./batch.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { LiveTasks } from "./live-tasks.ts";
import { countRebuilds, shareWithRebuild } from "./rebuild-lock.ts";
import { keepReading, type ProjectorGround, StartOver, whileConnected } from "./sessions.ts";
import { together } from "./together.ts";
import { Gap, haltAtGap, type ReadFact, refuseMisfit, verifyAll } from "./verify.ts";
import { type Folding, writeBatch, type Written } from "./write-batch.ts";

const MOST_FACTS = 1_000;
/** Rows follow their facts this closely when little happens; when much does, batches fill while the one before is written. */
const LINGER_MS = 20;
/** A batch costs about 2 ms of processor time however small it is, and several facts of a task in it write its row once. */
const BUSY_LINGER_MS = 80;

interface Session {
  readonly ground: ProjectorGround;
  readonly folding: Folding;
  readonly batches: Batches;
  readonly works: () => void;
  /** How often the read model had been rebuilt when the session began. */
  readonly rebuilds: number;
}

const write = ({ ground, folding, rebuilds }: Session, at: Checkpoint, facts: ReadFact[]): Promise<Written> =>
  ground.sql.begin(async (tx) => {
    const [, count] = await together([shareWithRebuild(tx), countRebuilds(tx)]);
    if (count !== rebuilds) throw new StartOver("the read model was rebuilt");
    return writeBatch(tx, folding, at, facts);
  });

const readOn = async (session: Session, start: Checkpoint): Promise<void> => {
  let at = start;
  for (;;) {
    const messages = await session.batches.next();
    if (messages === undefined) return;
    const { facts, trouble } = verifyAll(at, messages);
    const written = facts.length === 0 ? { at, trouble: undefined } : await write(session, at, facts);
    at = written.at;
    session.works();
    const problem = written.trouble ?? trouble;
    if (problem === undefined) continue;
    if (!(problem instanceof Gap)) throw problem;
    // A consumer may lose its place: only what a fresh one skips as well is missing.
    if (at.seq > start.seq) throw new StartOver(problem.message);
    throw haltAtGap(problem);
  }
};

const openSession = async (ground: ProjectorGround, works: () => void): Promise<void> => {
  const { connection, sql, log } = ground;
  const rebuilds = await countRebuilds(sql);
  const { created } = await streamExtent(connection, JOURNAL);
  const checkpoint = await openCheckpoint(sql, "journal", created);
  // Asked after the checkpoint was read, so that the stream can only be further than it.
  const extent = await streamExtent(connection, JOURNAL);
  refuseMisfit(checkpoint, extent);
  const batches = await readBatches(connection, {
    stream: JOURNAL,
    from: checkpoint.seq + 1,
    most: MOST_FACTS,
    linger: LINGER_MS,
    busy: BUSY_LINGER_MS,
  });
  // With something to write, only having written it shows that Postgres takes it: a full disk still answers.
  if (extent.last === checkpoint.seq) works();
  const folding = { live: new LiveTasks(), objects: () => openObjects(connection), log };
  await whileConnected(ground, batches, () =>
    readOn({ ground, folding, batches, works, rebuilds }, checkpoint),
  );
};

/** Writes the journal into Postgres until the signal. Throws Fatal where the journal or the read model is not to be trusted. */
export const projectJournal = (ground: ProjectorGround): Promise<void> =>
  keepReading(ground, (works) => openSession(ground, works));
