CREATE TABLE "checkpoints" (
	"name" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"incarnation" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"type" text NOT NULL,
	"task_id" text,
	"n" integer,
	"at" timestamp(3) with time zone NOT NULL,
	"hash" text NOT NULL,
	"fact" jsonb NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "items" (
	"task_id" text NOT NULL,
	"index" integer NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"skip" text,
	"note" text,
	"outcome" text,
	"code" text,
	"message" text,
	"ms" integer,
	"at" timestamp(3) with time zone,
	"attempt" integer,
	CONSTRAINT "items_task_id_index_pk" PRIMARY KEY("task_id","index")
);
--> statement-breakpoint
CREATE TABLE "logs" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"task_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"chunk" integer NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"stream" text NOT NULL,
	"text" text NOT NULL,
	"dropped" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"task_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"progress" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runners" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"state" text NOT NULL,
	"boot" text NOT NULL,
	"slots" integer NOT NULL,
	"types" jsonb NOT NULL,
	"host" text NOT NULL,
	"since" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "samples" (
	"host" text NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"sample" jsonb NOT NULL,
	CONSTRAINT "samples_host_at_pk" PRIMARY KEY("host","at")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" text PRIMARY KEY NOT NULL,
	"born" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"n" integer NOT NULL,
	"state" text NOT NULL,
	"top" text NOT NULL,
	"tag" text NOT NULL,
	"type" text NOT NULL,
	"name" text NOT NULL,
	"queue" text NOT NULL,
	"priority" text NOT NULL,
	"labels" jsonb NOT NULL,
	"submitted_at" timestamp(3) with time zone NOT NULL,
	"started_at" timestamp(3) with time zone,
	"settled_at" timestamp(3) with time zone,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"context" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "facts_of_task" ON "facts" USING btree ("task_id","seq");--> statement-breakpoint
CREATE INDEX "logs_of_task" ON "logs" USING btree ("task_id","seq");--> statement-breakpoint
CREATE INDEX "logs_by_time" ON "logs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "tasks_by_birth" ON "tasks" USING btree ("born");--> statement-breakpoint
CREATE INDEX "tasks_by_tag" ON "tasks" USING btree ("tag","born");--> statement-breakpoint
CREATE INDEX "tasks_by_top" ON "tasks" USING btree ("top","born");--> statement-breakpoint
CREATE INDEX "tasks_by_type" ON "tasks" USING btree ("type","born");