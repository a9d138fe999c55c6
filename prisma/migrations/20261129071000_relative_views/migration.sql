-- Null: the view's moments are absolute, as its filter says.
ALTER TABLE "saved_view" ADD COLUMN "withinSeconds" INTEGER;
