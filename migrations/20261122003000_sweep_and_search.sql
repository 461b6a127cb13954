-- Indexes for the sweepers, and a search in prompts that row security does not slow down.

-- Work that nobody has touched for longest comes first. Leases change without touching this index.
create index ai_jobs_untouched_idx on public.ai_jobs (coalesce(enqueued_at, created_at)) where status in ('queued', 'processing');
create index ai_jobs_deadline_idx on public.ai_jobs (deadline_at) where status in ('queued', 'awaiting_funds') and deadline_at is not null;

-- A word that everybody uses is found in one organization's prompts only. What was inserted lately waits in a list that
-- every search reads: it is kept short.
create extension if not exists btree_gin with schema extensions;
drop index public.generations_search_idx;
create index generations_search_idx on public.generations using gin (organization_id extensions.uuid_ops, search)
  with (gin_pending_list_limit = 256) where deleted_at is null;

create function public.search_generations(
  organization uuid, query text, max_rows int default 60, before_at timestamptz default null, before_id uuid default null
)
returns table (id uuid, created_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if max_rows is null or max_rows not between 1 and 500 or length(query) > 1000 or (before_at is null) <> (before_id is null) then
    raise exception 'search_generations: 1 to 500 rows, a query of at most 1000 characters, and both parts of the cursor or none'
      using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  if organization not in (select private.my_orgs()) then
    return;
  end if;
  -- Planned anew each time: a rare word is looked up, a common one is met soon on the way through the newest.
  return query execute
    'select g.id, g.created_at
       from public.generations g
      where g.organization_id = $1 and g.deleted_at is null
        and g.search @@ (websearch_to_tsquery(''pg_catalog.portuguese'', $2) || websearch_to_tsquery(''pg_catalog.english'', $2))
        and ($3 is null or (g.created_at, g.id) < ($3, $4))
      order by g.created_at desc, g.id desc
      limit $5'
    using organization, query, before_at, before_id, max_rows;
end
$$;
revoke execute on function public.search_generations(uuid, text, int, timestamptz, uuid) from public, anon, authenticated, service_role;
grant execute on function public.search_generations(uuid, text, int, timestamptz, uuid) to authenticated;
comment on function public.search_generations(uuid, text, int, timestamptz, uuid) is
  'Files whose prompt has these words (Portuguese or English, the syntax of web searches), newest first, for members of the organization only: @@ is not leakproof, so that row security would keep it from its index. The next page begins before the last row of this one. select * from search_generations(''<organization>'', ''raposa -neve'');';
