-- Who began a task, as they were called then.
ALTER TABLE "background_task" ADD COLUMN "createdByName" TEXT;
