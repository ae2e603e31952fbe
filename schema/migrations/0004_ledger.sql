-- What is new here is derived from facts that were read before: the projector reads the journal again from its first.
TRUNCATE "facts", "tasks", "items", "runners", "queue_counts", "records", "batch_results";
--> statement-breakpoint
DELETE FROM "checkpoints" WHERE "name" = 'journal';
--> statement-breakpoint
CREATE TABLE "ledger" (
	"seq" bigint NOT NULL,
	"place" integer NOT NULL,
	"task_id" text NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"attempt" integer NOT NULL,
	"item_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text,
	"host" text,
	"engine" text,
	"outcome" text NOT NULL,
	"code" text,
	"message" text,
	"ms" integer,
	"bytes" bigint,
	"freed" bigint,
	"answer" text,
	CONSTRAINT "ledger_seq_place_pk" PRIMARY KEY("seq","place")
);
--> statement-breakpoint
DROP INDEX "items_by_id";--> statement-breakpoint
DROP INDEX "items_by_time";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "ran_on" text;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "host" text;--> statement-breakpoint
CREATE INDEX "ledger_by_item" ON "ledger" USING btree ("item_id" text_pattern_ops,"seq","place");--> statement-breakpoint
CREATE INDEX "ledger_by_time" ON "ledger" USING btree ("at");--> statement-breakpoint
CREATE INDEX "ledger_by_outcome" ON "ledger" USING btree ("outcome","seq","place");--> statement-breakpoint
CREATE INDEX "tasks_by_host" ON "tasks" USING btree ("host","born") WHERE "tasks"."host" is not null;