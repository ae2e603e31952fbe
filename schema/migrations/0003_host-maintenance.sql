ALTER TABLE "items" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "bytes" bigint;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "freed" bigint;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "details" jsonb;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "answer" text;--> statement-breakpoint
CREATE INDEX "items_by_id" ON "items" USING btree ("id");--> statement-breakpoint
CREATE INDEX "items_by_time" ON "items" USING btree ("at");