-- Messages that were given up are kept in rows, which no loss of the queue takes along.

alter table public.dead_letters
  add column message_id text check (length(message_id) <= 300);
comment on column public.dead_letters.message_id is 'Its copy in the queue dead-letter, which Bull Board shows.';
comment on column public.dead_letters.payload is 'As the message carried it: ids.';
comment on column public.dead_letters.attempts is 'What each try ended with, oldest first: [{"attempt": 1, "error": "…", "stack": "…"}]. BullMQ keeps the last ten.';
comment on column public.dead_letters.redriven_at is 'When an operator sent it again.';
