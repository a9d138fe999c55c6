-- Null: the token sees every event type, as those that are there do.
alter table "autoconfig_subscription" add column "featureFlags" text[];
