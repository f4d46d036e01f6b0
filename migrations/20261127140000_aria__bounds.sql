-- A conversation that has gone quiet is given to the job that draws memories once for each time that something was said,
-- and again after six hours, for three days, when that failed: `memory_queued_for` is the `updated_at` that it was queued
-- for. Those of others than students are never remembered: they leave the index of the quiet ones.
alter table aria_conversations add column memory_queued_for timestamptz, add column memory_queued_at timestamptz;

update aria_conversations c set remembered_until = '9999-01-01' from users u where u.id = c.user_id and u.role <> 'ELEVE';

-- What leads to a conversation, for its deletion and its reading.
create index aria_generations_conversation_idx on aria_generations (conversation_id);
create index memories_conversation_idx on memories (conversation_id) where conversation_id is not null;

-- An answer's first judgement counts for badges; one that is taken back and given again does not count anew.
alter table aria_generations add column judged_at timestamptz;

update aria_generations set judged_at = created_at where feedback is not null;
