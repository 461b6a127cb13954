-- What a provider itself says of a failure stands beside our sentence, which is translated; only the owner of the key has it.

alter table public.ai_jobs add column error_provider_message text check (length(error_provider_message) <= 2000);
comment on column public.ai_jobs.error_provider_message is 'The provider''s own words for the failure, when it was asked with the organization''s own key; null otherwise.';
