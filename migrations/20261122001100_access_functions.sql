-- Who is asking: what the policies and the backend's authentication lean on.

create function private.via_backend() returns boolean
language sql stable
set search_path = ''
as $$
  -- session_user does not change with `set role`: behind Supabase's data API it is `authenticator`.
  select pg_catalog.pg_has_role(session_user, 'base_api', 'member') or pg_catalog.pg_has_role(session_user, 'base_worker', 'member')
$$;
comment on function private.via_backend() is
  'True in sessions of our services (or of the owner), false behind Supabase''s data API, which may read but not write.';

create function private.claims() returns jsonb
language sql stable
set search_path = ''
as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
comment on function private.claims() is 'The claims of this transaction, or null.';

create function private.my_orgs() returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.organization_id
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id
   where m.user_id = (select auth.uid()) and o.deleted_at is null
   union all
  select o.id
    from public.organizations o
   where o.id = ((select private.claims()) ->> 'base_org')::uuid
     and (select private.claims()) ->> 'base_actor' = 'api_key'
     and o.deleted_at is null
     and (select private.via_backend())
$$;
comment on function private.my_orgs() is
  'The organizations whose rows this transaction may see: memberships of the user, or the organization of the API key. Policies use it as: organization_id = any (array(select private.my_orgs())).';

create function private.my_orgs_as(variadic roles public.user_role[]) returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.organization_id
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id
   where m.user_id = (select auth.uid()) and m.role = any (roles) and o.deleted_at is null
     and (select private.via_backend())
   union all
  select o.id
    from public.organizations o
   where o.id = ((select private.claims()) ->> 'base_org')::uuid
     and (select private.claims()) ->> 'base_actor' = 'api_key'
     and 'admin' = any (roles)
     and o.deleted_at is null
     and (select private.via_backend())
$$;
comment on function private.my_orgs_as(public.user_role[]) is
  'The organizations that this transaction may write in as one of the roles. An API key counts as admin: the API has checked its scopes. Empty behind Supabase''s data API.';

create function private.my_role(organization uuid) returns public.user_role
language sql stable security definer
set search_path = ''
as $$
  select coalesce(
    (select m.role from public.organization_members m where m.organization_id = organization and m.user_id = (select auth.uid())),
    case when organization in (select private.my_orgs_as('admin')) then 'admin'::public.user_role end
  )
$$;
comment on function private.my_role(uuid) is 'This transaction''s role in an organization; null: none.';

create function private.my_colleagues() returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select (select auth.uid())
   union
  select m.user_id from public.organization_members m where m.organization_id in (select private.my_orgs())
$$;
comment on function private.my_colleagues() is 'The people this transaction may see: oneself and the members of one''s organizations.';

create function private.is_operator() returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (select from public.users u where u.id = (select auth.uid()) and u.is_operator and u.deleted_at is null)
     and (select private.via_backend())
$$;
comment on function private.is_operator() is 'Whether the user of this transaction works for the platform.';

create function private.is_plain_postgres() returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(pg_catalog.obj_description('auth'::regnamespace, 'pg_namespace') = 'base-agency: plain PostgreSQL', false)
$$;
comment on function private.is_plain_postgres() is 'Whether auth.users is ours to write (no Supabase Auth here).';

-- Asked by the API before it has a tenant context.

create function private.find_api_key(key_id text)
returns table (
  id uuid, organization_id uuid, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, name text, mode text, secret_hash bytea, scopes text[],
  created_by uuid, expires_at timestamptz, revoked_at timestamptz, ip_allow cidr[], monthly_cap_credits bigint
)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, o.status, o.plan, p.requests_per_minute, p.concurrent_jobs, k.name, k.mode,
         k.secret_hash, k.scopes, k.created_by, k.expires_at, k.revoked_at, k.ip_allow, k.monthly_cap_credits
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id and o.deleted_at is null
    join public.plans p on p.id = o.plan
   where k.key_id = find_api_key.key_id
$$;
comment on function private.find_api_key(text) is 'All that authenticating a key needs, expired and revoked ones included; no row: unknown.';

create function private.touch_api_keys(uses jsonb) returns void
language sql volatile security definer
set search_path = ''
as $$
  update public.api_keys k
     set last_used_at = u.used_at, last_used_ip = coalesce(u.ip, k.last_used_ip)
    from (
      select distinct on (x.id) x.id, coalesce(x.used_at, x.last_used_at) as used_at, coalesce(x.ip, x.last_used_ip) as ip
        from jsonb_to_recordset(uses) as x (id uuid, used_at timestamptz, last_used_at timestamptz, ip inet, last_used_ip inet)
       order by x.id, 2 desc
    ) u
   where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.used_at)
$$;
comment on function private.touch_api_keys(jsonb) is
  'Writes many last uses at once; an older use never replaces a newer one. select private.touch_api_keys(''[{"id": "…", "used_at": "2026-11-22T10:00:00Z", "ip": "203.0.113.7"}]'');';

create function private.find_membership(user_id uuid, organization_id uuid)
returns table (
  role public.user_role, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, seats int, storage_bytes bigint, is_operator boolean
)
language sql stable security definer
set search_path = ''
as $$
  select m.role, o.status, o.plan, p.requests_per_minute, p.concurrent_jobs, p.seats, p.storage_bytes, u.is_operator
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id and o.deleted_at is null
    join public.users u on u.id = m.user_id and u.deleted_at is null
    join public.plans p on p.id = o.plan
   where m.user_id = find_membership.user_id and m.organization_id = find_membership.organization_id
$$;
comment on function private.find_membership(uuid, uuid) is 'A person''s place in an organization; no row: none.';

create function private.list_memberships(user_id uuid)
returns table (
  organization_id uuid, name text, slug text, plan public.subscription_plan, organization_status text,
  role public.user_role, joined_at timestamptz
)
language sql stable security definer
set search_path = ''
as $$
  select o.id, o.name, o.slug, o.plan, o.status, m.role, m.created_at
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id and o.deleted_at is null
   where m.user_id = list_memberships.user_id
   order by o.name, o.id
$$;
comment on function private.list_memberships(uuid) is 'The organizations of a person.';

create function private.find_user(user_id uuid)
returns table (
  id uuid, email text, email_verified_at timestamptz, name text, locale text, time_zone text, is_operator boolean
)
language sql stable security definer
set search_path = ''
as $$
  select u.id, u.email, u.email_verified_at, u.name, u.locale, u.time_zone, u.is_operator
    from public.users u
   where u.id = find_user.user_id and u.deleted_at is null
$$;
comment on function private.find_user(uuid) is 'A living account by id.';

create function private.find_user_by_email(email text)
returns table (
  id uuid, email text, email_verified_at timestamptz, name text, locale text, time_zone text, is_operator boolean
)
language sql stable security definer
set search_path = ''
as $$
  select u.id, u.email, u.email_verified_at, u.name, u.locale, u.time_zone, u.is_operator
    from public.users u
   where lower(u.email) = lower(btrim(find_user_by_email.email)) and u.deleted_at is null
$$;
comment on function private.find_user_by_email(text) is 'A living account by address, whatever its case.';

create function private.find_invitation(token_hash bytea)
returns table (
  id uuid, organization_id uuid, organization_name text, email text, role public.user_role, expires_at timestamptz,
  accepted_at timestamptz, revoked_at timestamptz
)
language sql stable security definer
set search_path = ''
as $$
  select i.id, i.organization_id, o.name, i.email, i.role, i.expires_at, i.accepted_at, i.revoked_at
    from public.invitations i
    join public.organizations o on o.id = i.organization_id and o.deleted_at is null
   where i.token_hash = find_invitation.token_hash
$$;
comment on function private.find_invitation(bytea) is 'What the page behind an invitation link shows.';

create function private.find_share_link(token_hash bytea)
returns table (
  share_link_id uuid, title text, show_prompt boolean, organization_name text, generation_id uuid, ordinal int,
  type public.job_type, mime_type text, storage_path text, thumbnail_path text, width int, height int, duration_ms int,
  prompt text, model text
)
language sql stable security definer
set search_path = ''
as $$
  select l.id, l.title, l.show_prompt, o.name, g.id, i.ordinal, g.type, g.mime_type, g.storage_path, g.thumbnail_path,
         g.width, g.height, g.duration_ms, case when l.show_prompt then g.prompt end, g.model
    from public.share_links l
    join public.organizations o on o.id = l.organization_id and o.deleted_at is null
    left join public.share_link_items i on i.share_link_id = l.id
    left join public.generations g on g.id = i.generation_id and g.deleted_at is null
   where l.token_hash = find_share_link.token_hash
     and l.revoked_at is null
     and (l.expires_at is null or l.expires_at > now())
   order by i.ordinal, g.id
$$;
comment on function private.find_share_link(bytea) is 'What a public share page shows; no rows: unknown, revoked or expired. Prompts only where the link says so.';

create function private.list_events_after(
  organization uuid, after_sequence bigint, subject uuid, project uuid, event_types text[], max_rows int
)
returns table (
  id uuid, organization_id uuid, sequence bigint, type text, subject_id uuid, project_id uuid, data jsonb, created_at timestamptz
)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if subject is not null then
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.created_at
        from public.events e
       where e.subject_id = subject and e.organization_id = organization and e.sequence > after_sequence
         and (project is null or e.project_id = project)
         and (event_types is null or e.type = any (event_types))
       order by e.sequence
       limit max_rows;
  else
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.created_at
        from public.events e
       where e.organization_id = organization and e.sequence > after_sequence
         and (project is null or e.project_id = project)
         and (event_types is null or e.type = any (event_types))
       order by e.sequence
       limit max_rows;
  end if;
end
$$;
comment on function private.list_events_after(uuid, bigint, uuid, uuid, text[], int) is
  'Events of an organization after a sequence, oldest first, for streams that were authorized when they were opened. Nulls do not filter.';

create function private.list_event_positions(organizations uuid[])
returns table (organization_id uuid, last_sequence bigint)
language sql stable security definer
set search_path = ''
as $$
  select s.organization_id, s.last_sequence from public.event_sequences s where s.organization_id = any (organizations)
$$;
comment on function private.list_event_positions(uuid[]) is 'The sequence of the newest event of each organization that has one.';
