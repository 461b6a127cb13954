-- The gallery at a million files: an index for each way of narrowing it, the bin, archived boards, and the search in
-- prompts with the same filters.

alter table public.projects add column archived_at timestamptz;
comment on column public.projects.archived_at is 'Put away: it is not offered any more, and what is in it stays.';

-- Each serves one filter in the gallery's own order, so that a rare model is not looked for among everything.
create index generations_board_idx on public.generations (organization_id, project_id, created_at desc, id desc)
  where deleted_at is null and project_id is not null;
create index generations_type_idx on public.generations (organization_id, type, created_at desc, id desc) where deleted_at is null;
create index generations_model_idx on public.generations (organization_id, model, created_at desc, id desc) where deleted_at is null;
create index generations_member_idx on public.generations (organization_id, user_id, created_at desc, id desc) where deleted_at is null;
create index generations_bin_idx on public.generations (organization_id, created_at desc, id desc) where deleted_at is not null;

-- What asks with fewer arguments goes on as before.
drop function public.search_generations(uuid, text, int, timestamptz, uuid);
create function public.search_generations(
  organization uuid, query text, max_rows int default 60, before_at timestamptz default null, before_id uuid default null,
  filters jsonb default '{}'
)
returns table (id uuid, created_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  conditions text := '';
begin
  if max_rows is null or max_rows not between 1 and 500 or length(query) > 1000 or (before_at is null) <> (before_id is null)
     or filters is null or jsonb_typeof(filters) <> 'object' then
    raise exception 'search_generations: 1 to 500 rows, a query of at most 1000 characters, both parts of the cursor or none, and filters as an object'
      using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  if organization not in (select private.my_orgs()) then
    return;
  end if;
  conditions := concat_ws(' ',
    case when filters ? 'project' then 'and g.project_id = ($6 ->> ''project'')::uuid' end,
    case when filters ? 'type' then 'and g.type = ($6 ->> ''type'')::public.job_type' end,
    case when filters ? 'model' then 'and g.model = $6 ->> ''model''' end,
    case when filters ? 'member' then 'and g.user_id = ($6 ->> ''member'')::uuid' end,
    case when filters ? 'from' then 'and g.created_at >= ($6 ->> ''from'')::timestamptz' end,
    case when filters ? 'to' then 'and g.created_at < ($6 ->> ''to'')::timestamptz' end,
    case when filters -> 'favorite' = 'true' then
      'and exists (select from public.favorites f where f.user_id = auth.uid() and f.organization_id = $1 and f.generation_id = g.id)' end
  );
  -- Planned anew each time: a rare word is looked up, a common one is met soon on the way through the newest.
  return query execute
    'select g.id, g.created_at
       from public.generations g
      where g.organization_id = $1 and g.deleted_at is null
        and g.search @@ (websearch_to_tsquery(''pg_catalog.portuguese'', $2) || websearch_to_tsquery(''pg_catalog.english'', $2))
        and ($3 is null or (g.created_at, g.id) < ($3, $4)) ' || conditions || '
      order by g.created_at desc, g.id desc
      limit $5'
    using organization, query, before_at, before_id, max_rows, filters;
end
$$;
revoke execute on function public.search_generations(uuid, text, int, timestamptz, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.search_generations(uuid, text, int, timestamptz, uuid, jsonb) to authenticated;
comment on function public.search_generations(uuid, text, int, timestamptz, uuid, jsonb) is
  'Files whose prompt has these words (Portuguese or English, the syntax of web searches), newest first, for members of the organization only: @@ is not leakproof, so that row security would keep it from its index. The next page begins before the last row of this one; filters narrow it: project, type, model, member, from, to, favorite. select * from search_generations(''<organization>'', ''raposa -neve'', filters => ''{"type": "image"}'');';

-- A preset that is not shared is its owner's alone.
drop policy tenant_select on public.presets;
create policy tenant_select on public.presets for select to authenticated using (
  organization_id = any (array(select private.my_orgs())) and (user_id is null or user_id = (select auth.uid()))
);
drop policy tenant_insert on public.presets;
create policy tenant_insert on public.presets for insert to authenticated with check (
  organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'creator'))) and (user_id is null or user_id = (select auth.uid()))
);
drop policy tenant_update on public.presets;
create policy tenant_update on public.presets for update to authenticated
  using (organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'creator'))) and (user_id is null or user_id = (select auth.uid())))
  with check (organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'creator'))) and (user_id is null or user_id = (select auth.uid())));
drop policy tenant_delete on public.presets;
create policy tenant_delete on public.presets for delete to authenticated
  using (organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'creator'))) and (user_id is null or user_id = (select auth.uid())));
