-- A minute's counts change some times and an hour's every twenty seconds, none of them indexed: the next version of a row finds room
-- beside it. For pages that are yet to come.
ALTER TABLE "delivery_rollup" SET (fillfactor = 50);
ALTER TABLE "event_type_rollup" SET (fillfactor = 50);
