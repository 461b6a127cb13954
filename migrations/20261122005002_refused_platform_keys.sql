-- A provider that refuses the platform's key would refuse every job: for a while none is accepted for it.

alter table public.provider_status add column key_refused_at timestamptz;
comment on column public.provider_status.key_refused_at is 'When a job last met that the provider refuses the platform''s key. Null: it accepted the key since.';
