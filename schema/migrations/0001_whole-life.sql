-- What is new here is derived from facts that were read before: the projector reads the journal again from its first.
TRUNCATE "facts", "tasks", "items", "runners";
--> statement-breakpoint
DELETE FROM "checkpoints" WHERE "name" = 'journal';
--> statement-breakpoint
CREATE TABLE "batch_results" (
	"batch" text NOT NULL,
	"seq" bigint NOT NULL,
	"index" integer NOT NULL,
	"task" text NOT NULL,
	"ok" boolean NOT NULL,
	"state" text NOT NULL,
	"why" text,
	"before" text,
	CONSTRAINT "batch_results_batch_seq_index_pk" PRIMARY KEY("batch","seq","index")
);
--> statement-breakpoint
CREATE TABLE "queue_counts" (
	"queue" text NOT NULL,
	"top" text NOT NULL,
	"priority" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "queue_counts_queue_top_priority_pk" PRIMARY KEY("queue","top","priority")
);
--> statement-breakpoint
CREATE TABLE "records" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"born" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "records_kind_id_pk" PRIMARY KEY("kind","id")
);
--> statement-breakpoint
ALTER TABLE "facts" ADD COLUMN "about" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "parent" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "retry_of" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "schedule" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "comes_after" text[];--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "fingerprint" text;--> statement-breakpoint
CREATE INDEX "records_by_birth" ON "records" USING btree ("kind","born");--> statement-breakpoint
CREATE INDEX "facts_of_record" ON "facts" USING btree ("about","seq") WHERE "facts"."about" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_parent" ON "tasks" USING btree ("parent","born") WHERE "tasks"."parent" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_retry" ON "tasks" USING btree ("retry_of","born") WHERE "tasks"."retry_of" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_schedule" ON "tasks" USING btree ("schedule","born") WHERE "tasks"."schedule" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_predecessor" ON "tasks" USING gin ("comes_after") WHERE "tasks"."comes_after" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_fingerprint" ON "tasks" USING btree ("fingerprint","born") WHERE "tasks"."fingerprint" is not null;