-- As it is given from now on: jsonb holds neither the order of names nor what is said twice, and reading it rounds numbers.
alter table "event_type" alter column "schemas" type text using "schemas"::text;
