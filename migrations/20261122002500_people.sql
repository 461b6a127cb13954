-- People: the organization they used last, changes of address, all that is kept about them, and their erasure.

alter table public.users add column last_organization_id uuid references public.organizations (id) on delete set null;
create index users_last_organization_idx on public.users (last_organization_id) where last_organization_id is not null;
comment on column public.users.last_organization_id is 'The organization the person switched to last: where a new sign-in begins. No right follows from it.';
grant update (last_organization_id) on public.users to authenticated;

create table identity.email_changes (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  old_email text not null check (length(old_email) between 3 and 254),
  new_email text not null check (length(new_email) between 3 and 254),
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  confirmed_at timestamptz
);
create index email_changes_user_idx on identity.email_changes (user_id, created_at desc);
comment on table identity.email_changes is 'Wishes for another address, and the addresses a person had before: erasure must know them all.';
comment on column identity.email_changes.token_hash is 'SHA-256 of the token in the mail to the new address.';

create table identity.erased_users (
  user_id uuid primary key,
  erased_at timestamptz not null default now()
);
comment on table identity.erased_users is 'Ids of erased people and nothing else: a token that is still good must not bring them back.';

do $$
declare
  name text;
begin
  foreach name in array array['email_changes', 'erased_users'] loop
    execute format('alter table identity.%I enable row level security', name);
    execute format('create policy issuer on identity.%I for all to base_api using (true) with check (true)', name);
    execute format('revoke all on identity.%I from public, anon, authenticated, service_role, base_worker, base_operator', name);
    execute format('grant select, insert, update, delete on identity.%I to base_api', name);
  end loop;
end
$$;

drop function private.find_user(uuid);
create function private.find_user(user_id uuid)
returns table (
  id uuid, email text, email_verified_at timestamptz, name text, avatar_path text, locale text, time_zone text,
  last_organization_id uuid, is_operator boolean
)
language sql stable security definer
set search_path = ''
as $$
  select u.id, u.email, u.email_verified_at, u.name, u.avatar_path, u.locale, u.time_zone,
         (select m.organization_id
            from public.organization_members m
            join public.organizations o on o.id = m.organization_id and o.deleted_at is null
           where m.user_id = u.id and m.organization_id = u.last_organization_id),
         u.is_operator
    from public.users u
   where u.id = find_user.user_id and u.deleted_at is null
$$;
comment on function private.find_user(uuid) is 'A living account by id; the last organization only while the person still belongs to it.';

create function private.list_sole_ownerships(user_id uuid) returns table (organization_id uuid, name text)
language sql stable security definer
set search_path = ''
as $$
  select o.id, o.name
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id and o.deleted_at is null
   where m.user_id = list_sole_ownerships.user_id and m.role = 'owner'
     and not exists (
       select from public.organization_members other
        where other.organization_id = m.organization_id and other.role = 'owner' and other.user_id <> m.user_id
     )
   order by o.name, o.id
$$;
comment on function private.list_sole_ownerships(uuid) is 'The organizations that would lose their last owner with this person. select * from private.list_sole_ownerships(''<user>'');';

create function private.export_user(user_id uuid, max_rows int default 10000) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  person public.users;
  result jsonb;
begin
  select u.* into person from public.users u where u.id = export_user.user_id and u.deleted_at is null;
  if not found then
    return null;
  end if;
  result := jsonb_build_object(
    'profile', to_jsonb(person) - 'deleted_at',
    'password', (select jsonb_build_object('updated_at', c.updated_at) from identity.credentials c where c.user_id = person.id),
    'second_factor', (
      select jsonb_build_object('confirmed_at', f.confirmed_at, 'recovery_codes_left', cardinality(f.recovery_code_hashes), 'created_at', f.created_at)
        from identity.totp_factors f where f.user_id = person.id),
    'email_changes', (
      select coalesce(jsonb_agg(to_jsonb(e) - 'token_hash' - 'user_id' order by e.created_at), '[]')
        from identity.email_changes e where e.user_id = person.id),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' - 'family' order by s.created_at), '[]')
        from identity.sessions s where s.user_id = person.id),
    'memberships', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'organization_id', o.id, 'organization', o.name, 'role', m.role, 'joined_at', m.created_at) order by m.created_at), '[]')
        from public.organization_members m join public.organizations o on o.id = m.organization_id
       where m.user_id = person.id),
    'invitations', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', i.id, 'organization_id', i.organization_id, 'role', i.role, 'created_at', i.created_at,
               'relation', case when i.invited_by = person.id then 'sent' else 'received' end,
               'accepted_at', i.accepted_at, 'revoked_at', i.revoked_at, 'expires_at', i.expires_at) order by i.created_at), '[]')
        from public.invitations i
       where i.invited_by = person.id or i.accepted_by = person.id or lower(i.email) = lower(person.email)),
    'api_keys', (
      select coalesce(jsonb_agg(to_jsonb(k) - 'secret_hash' - 'created_by' order by k.created_at), '[]')
        from public.api_keys k where k.created_by = person.id),
    'provider_keys', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', k.id, 'organization_id', k.organization_id, 'provider', k.provider, 'name', k.name, 'created_at', k.created_at)
               order by k.created_at), '[]')
        from public.provider_api_keys k where k.created_by = person.id),
    'mails', (
      select coalesce(jsonb_agg(jsonb_build_object('template', x.template, 'created_at', x.created_at, 'sent_at', x.sent_at) order by x.created_at), '[]')
        from public.outbound_mails x where lower(x.recipient) = lower(person.email))
  );
  result := result || jsonb_build_object(
    'jobs', (
      select coalesce(jsonb_agg(to_jsonb(j) order by j.created_at desc), '[]')
        from (select j.id, j.organization_id, j.project_id, j.type, j.model, j.status, j.input, j.metadata, j.created_at, j.finished_at
                from public.ai_jobs j where j.user_id = person.id order by j.created_at desc limit max_rows) j),
    'generations', (
      select coalesce(jsonb_agg(to_jsonb(g) order by g.created_at desc), '[]')
        from (select g.id, g.organization_id, g.job_id, g.type, g.model, g.mime_type, g.storage_path, g.created_at, g.deleted_at
                from public.generations g where g.user_id = person.id order by g.created_at desc limit max_rows) g),
    'quotes', (
      select coalesce(jsonb_agg(to_jsonb(q) order by q.created_at desc), '[]')
        from (select q.id, q.organization_id, q.model, q.max_credits, q.created_at, q.expires_at
                from public.quotes q where q.user_id = person.id order by q.created_at desc limit max_rows) q),
    'usage', (
      select coalesce(jsonb_agg(to_jsonb(u) - 'user_id' order by u.day desc), '[]')
        from (select * from public.usage_by_user u where u.user_id = person.id order by u.day desc limit max_rows) u),
    'assets', (
      select coalesce(jsonb_agg(to_jsonb(a) - 'user_id' order by a.created_at desc), '[]')
        from (select * from public.assets a where a.user_id = person.id order by a.created_at desc limit max_rows) a),
    'favorites', (
      select coalesce(jsonb_agg(to_jsonb(f) - 'user_id' order by f.created_at desc), '[]')
        from (select * from public.favorites f where f.user_id = person.id order by f.created_at desc limit max_rows) f),
    'presets', (
      select coalesce(jsonb_agg(to_jsonb(x) - 'user_id' order by x.created_at), '[]')
        from public.presets x where x.user_id = person.id),
    'budgets', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', b.id, 'organization_id', b.organization_id, 'scope', b.scope, 'monthly_credits', b.monthly_credits,
               'relation', case when b.user_id = person.id then 'limits me' else 'made by me' end) order by b.created_at), '[]')
        from public.budgets b where b.user_id = person.id or b.created_by = person.id)
  );
  return result || jsonb_build_object(
    'created', jsonb_build_object(
      'projects', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'organization_id', x.organization_id, 'name', x.name, 'created_at', x.created_at)), '[]')
                     from public.projects x where x.created_by = person.id),
      'brand_kits', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'organization_id', x.organization_id, 'name', x.name, 'created_at', x.created_at)), '[]')
                       from public.brand_kits x where x.created_by = person.id),
      'share_links', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'organization_id', x.organization_id, 'title', x.title, 'created_at', x.created_at)), '[]')
                        from public.share_links x where x.created_by = person.id),
      'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'organization_id', x.organization_id, 'created_at', x.created_at)), '[]')
                     from public.webhooks x where x.created_by = person.id),
      'payments', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'organization_id', x.organization_id, 'created_at', x.created_at)), '[]')
                     from public.payments x where x.created_by = person.id)
    ),
    'operator', jsonb_build_object(
      'impersonations', (select coalesce(jsonb_agg(to_jsonb(i) order by i.created_at), '[]')
                           from public.impersonations i where i.operator_id = person.id or i.user_id = person.id),
      'redriven_dead_letters', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'redriven_at', d.redriven_at)), '[]')
                                  from public.dead_letters d where d.redriven_by = person.id)
    ),
    'audit', (
      select coalesce(jsonb_agg(to_jsonb(a) order by a.created_at desc), '[]')
        from (select a.id, a.organization_id, a.action, a.outcome, a.target_type, a.target_id, a.address, a.agent, a.created_at
                from public.audit_logs a where a.actor_type in ('user', 'operator') and a.actor_id = person.id
               order by a.created_at desc limit max_rows) a),
    'totals', jsonb_build_object(
      'jobs', (select count(*) from public.ai_jobs j where j.user_id = person.id),
      'audit', (select count(*) from public.audit_logs a where a.actor_type in ('user', 'operator') and a.actor_id = person.id),
      'listed_at_most', max_rows
    )
  );
end
$$;
comment on function private.export_user(uuid, int) is
  'All that is kept about a person (LGPD, art. 18), without secrets; long lists hold the newest rows, totals says how many there are. select private.export_user(''<user>'');';

create or replace function private.erase_user(user_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  person public.users;
  addresses text[];
  pseudonym text := 'erased-' || replace(erase_user.user_id::text, '-', '') || '@erased.invalid';
begin
  select u.* into person from public.users u where u.id = erase_user.user_id for update;
  if not found then
    return false;
  end if;
  select array_agg(distinct lower(a.address)) into addresses
    from (
      select person.email as address
      union all select e.old_email from identity.email_changes e where e.user_id = person.id
      union all select e.new_email from identity.email_changes e where e.user_id = person.id and e.confirmed_at is not null
    ) a;

  -- The person has seen the secrets of these keys: they end with the account.
  update public.api_keys k set revoked_at = now() where k.created_by = person.id and k.revoked_at is null;
  -- Memberships go with the trigger that protects last owners: an organization never loses its last owner this way.
  delete from public.organization_members m where m.user_id = person.id;

  -- Offers to the person end; those that were accepted are part of an organization's history and lose the address.
  delete from public.invitations i where lower(i.email) = any (addresses) and i.accepted_at is null;
  update public.invitations i set email = pseudonym where lower(i.email) = any (addresses) or i.accepted_by = person.id;
  delete from public.outbound_mails x
   where lower(x.recipient) = any (addresses)
      or (x.template = 'auth.confirm-new-email'
          and lower(x.recipient) in (select lower(e.new_email) from identity.email_changes e where e.user_id = person.id));
  update public.outbound_mails x
     set data = jsonb_set(x.data, '{inviter}', to_jsonb(coalesce(x.data ->> 'organization', 'BASE Agency')))
   where x.sent_at is null and x.template = 'organizations.invitation' and x.data ->> 'inviter' = person.name;

  -- Audit lines name people by id only, and the id leads nowhere from now on: the chain of hashes stays as it is.
  insert into identity.erased_users (user_id) values (person.id) on conflict do nothing;
  delete from public.users u where u.id = person.id;
  -- On Supabase this ends the account, its factors and its sessions at Supabase Auth as well.
  delete from auth.users u where u.id = person.id;
  return true;
end
$$;
comment on function private.erase_user(uuid) is
  'Erasure on request (LGPD, art. 18): account, memberships, keys and what is personal goes; jobs and books stay without a name; audit lines keep the id, which leads nowhere. The last owner of an organization raises BA009. select private.erase_user(''<user>'');';

revoke all on function private.find_user(uuid), private.list_sole_ownerships(uuid), private.export_user(uuid, int)
  from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.find_user(uuid), private.list_sole_ownerships(uuid), private.export_user(uuid, int) to base_api, service_role;
