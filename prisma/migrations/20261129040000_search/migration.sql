-- The words of a text: runs of letters and digits, in lower case. No extension is needed, which not every database would allow.
CREATE FUNCTION "search_words"("text" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(SELECT left(w, 200) FROM unnest(regexp_split_to_array(lower("text"), '[^[:alnum:]]+')) w WHERE w <> '');

-- What an index of words holds of a row: its words, and its environment, which is one more of them and like no other.
CREATE FUNCTION "search_vector"("environment" TEXT, "text" TEXT) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN array_to_tsvector(array_append("search_words"("text"), "environment"));

CREATE INDEX "application_search_idx" ON "application"
  USING gin ("search_vector"("environmentId", "name" || ' ' || coalesce("uid", ''))) WHERE "deletedAt" IS NULL;
CREATE INDEX "application_name_idx" ON "application" ("environmentId", lower("name") text_pattern_ops, "id") WHERE "deletedAt" IS NULL;
CREATE INDEX "endpoint_search_idx" ON "endpoint"
  USING gin ("search_vector"("environmentId", "url" || ' ' || "description" || ' ' || coalesce("uid", ''))) WHERE "deletedAt" IS NULL;
