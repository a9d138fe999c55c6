-- Who began a task, so that nobody has more than a few under way.
ALTER TABLE "background_task" ADD COLUMN "createdById" TEXT;

-- Limits count what has not ended.
CREATE INDEX "background_task_unfinished_idx" ON "background_task" ("environmentId") WHERE "status" IN ('running', 'paused');

-- When an environment or an application had its last turn with those who work on tasks.
CREATE TABLE "background_task_turn" (
    "tenant" TEXT COLLATE "C" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "background_task_turn_pkey" PRIMARY KEY ("tenant")
);
