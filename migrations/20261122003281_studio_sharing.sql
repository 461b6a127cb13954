-- Brand kits with tone and keywords, links to downloads that work once, and counted views of share links.

alter table public.brand_kits
  add column tone text not null default '' check (length(tone) <= 500),
  add column keywords jsonb not null default '[]' check (jsonb_typeof(keywords) = 'array');
comment on column public.brand_kits.tone is 'How it speaks and looks, in a few words; part of what is added to prompts.';
comment on column public.brand_kits.keywords is 'Words that are added to prompts.';
comment on column public.brand_kits.guidelines is 'For people to read; not part of prompts.';

create table public.download_links (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  token_hash bytea not null unique check (length(token_hash) = 32),
  generation_ids uuid[] not null check (cardinality(generation_ids) between 1 and 1000),
  created_by uuid references public.users (id) on delete set null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create index download_links_organization_idx on public.download_links (organization_id, created_at desc);
create index download_links_created_by_idx on public.download_links (created_by) where created_by is not null;
create index download_links_age_idx on public.download_links (expires_at);
comment on table public.download_links is 'Links to archives of chosen files, for a browser that sends no credentials. Each works once.';
comment on column public.download_links.token_hash is 'SHA-256 of the token in the link.';

alter table public.download_links enable row level security;
create policy tenant_insert on public.download_links for insert to authenticated
  with check (organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'billing', 'creator', 'viewer'))));
create policy worker on public.download_links for all to base_worker using (true) with check (true);
create policy operator_select on public.download_links for select to base_operator using ((select private.is_operator()));
revoke all on public.download_links from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant insert on public.download_links to authenticated;
grant select, delete on public.download_links to base_worker;
grant select (id, organization_id, generation_ids, created_by, expires_at, used_at, created_at) on public.download_links to base_operator;
grant select, insert, update, delete on public.download_links to service_role;

create function private.take_download(token_hash bytea)
returns table (
  organization_id uuid, generation_id uuid, type public.job_type, model text, prompt text, project_name text,
  mime_type text, bytes bigint, storage_path text, created_at timestamptz
)
language plpgsql security definer
set search_path = ''
as $$
declare
  link public.download_links;
begin
  update public.download_links l
     set used_at = now()
    from public.organizations o
   where l.token_hash = take_download.token_hash and l.used_at is null and l.expires_at > now()
     and o.id = l.organization_id and o.deleted_at is null
  returning l.* into link;
  if link.id is null then
    return;
  end if;
  return query
    select g.organization_id, g.id, g.type, g.model, g.prompt, p.name, g.mime_type, g.bytes, g.storage_path, g.created_at
      from unnest(link.generation_ids) with ordinality as chosen (id, place)
      join public.generations g on g.id = chosen.id and g.organization_id = link.organization_id and g.deleted_at is null
      left join public.projects p on p.id = g.project_id and p.deleted_at is null
     order by chosen.place;
end
$$;
revoke execute on function private.take_download(bytea) from public, anon, authenticated, service_role;
grant execute on function private.take_download(bytea) to base_api, service_role;
comment on function private.take_download(bytea) is 'Uses a link to a download up and says what it holds; no rows: unknown, used, or expired. select * from private.take_download(sha256(''…''));';

create function private.count_share_view(link uuid) returns void
language sql security definer
set search_path = ''
as $$
  update public.share_links l set views = l.views + 1 where l.id = link
$$;
revoke execute on function private.count_share_view(uuid) from public, anon, authenticated, service_role;
grant execute on function private.count_share_view(uuid) to base_api, service_role;
comment on function private.count_share_view(uuid) is 'Somebody opened a share link. select private.count_share_view(''<link>'');';

-- What a link to a file of a shared page needs, and nothing else.
create function private.find_shared_file(token_hash bytea, place int)
returns table (storage_path text, thumbnail_path text, mime_type text)
language sql stable security definer
set search_path = ''
as $$
  select f.storage_path, f.thumbnail_path, f.mime_type
    from private.find_share_link(find_shared_file.token_hash) f
   where f.generation_id is not null
   order by f.ordinal, f.generation_id
  offset greatest(place, 0) limit 1
$$;
revoke execute on function private.find_shared_file(bytea, int) from public, anon, authenticated, service_role;
grant execute on function private.find_shared_file(bytea, int) to base_api, service_role;
comment on function private.find_shared_file(bytea, int) is 'A file of a shared page by its place, from 0, while the link is good. select * from private.find_shared_file(sha256(''…''), 0);';
