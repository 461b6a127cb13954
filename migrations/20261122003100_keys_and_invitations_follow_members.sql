-- Keys and invitations reach no further than the person behind them does now.

drop function private.find_api_key(text);
create function private.find_api_key(key_id text)
returns table (
  id uuid, organization_id uuid, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, name text, mode text, secret_hash bytea, scopes text[],
  created_by uuid, expires_at timestamptz, revoked_at timestamptz, ip_allow cidr[], monthly_cap_credits bigint, maker_role public.user_role
)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, k.name, k.mode,
         k.secret_hash, k.scopes, k.created_by, k.expires_at, k.revoked_at, k.ip_allow, k.monthly_cap_credits, m.role
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id and o.deleted_at is null
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
    left join public.organization_members m on m.organization_id = k.organization_id and m.user_id = k.created_by
   where k.key_id = find_api_key.key_id
$$;
comment on function private.find_api_key(text) is
  'All that authenticating a key needs, expired and revoked ones included; no row: unknown. maker_role bounds the scopes; null: who made the key is no member any more.';
revoke all on function private.find_api_key(text) from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.find_api_key(text) to base_api, service_role;

create function private.list_dependents(user_id uuid, organization uuid default null)
returns table (organization_id uuid, kind text, id uuid, scopes text[])
language sql stable security definer
set search_path = ''
as $$
  select k.organization_id, 'api_key', k.id, k.scopes
    from public.api_keys k
   where k.created_by = list_dependents.user_id and (organization is null or k.organization_id = organization)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
     and (select private.via_backend())
   union all
  select i.organization_id, 'invitation', i.id, '{}'
    from public.invitations i
   where i.invited_by = list_dependents.user_id and (organization is null or i.organization_id = organization)
     and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
     and (select private.via_backend())
$$;
comment on function private.list_dependents(uuid, uuid) is
  'Living keys and open invitations of a person, in one organization or all: what ends or shrinks when the person goes or steps down. select * from private.list_dependents(''<user>'', ''<organization>'');';
revoke all on function private.list_dependents(uuid, uuid) from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.list_dependents(uuid, uuid) to authenticated, base_api;

create function private.follow_membership() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.role in ('owner', 'admin') then
    return null;
  end if;
  update public.invitations i set revoked_at = now()
   where i.organization_id = old.organization_id and i.invited_by = old.user_id and i.accepted_at is null and i.revoked_at is null;
  if tg_op = 'DELETE' and exists (select from public.organizations o where o.id = old.organization_id and o.deleted_at is null) then
    perform public.append_events(jsonb_agg(jsonb_build_object(
              'organization_id', k.organization_id, 'type', 'api_key.orphaned', 'subject_id', k.id,
              'data', jsonb_build_object('apiKeyId', k.id, 'name', k.name, 'createdBy', old.user_id))))
       from public.api_keys k
      where k.organization_id = old.organization_id and k.created_by = old.user_id
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
     having count(*) > 0;
  end if;
  return null;
end
$$;
comment on function private.follow_membership() is
  'Trigger: who may not manage members any more leaves no open invitations behind; the keys of who goes are told of as orphaned.';
revoke all on function private.follow_membership() from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
create trigger follow_membership after update of role or delete on public.organization_members
  for each row execute function private.follow_membership();

create or replace function private.accept_invitation(token_hash bytea, user_id uuid) returns public.organization_members
language plpgsql security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  membership public.organization_members;
begin
  select i.* into invitation from public.invitations i where i.token_hash = accept_invitation.token_hash for update;
  if not found or invitation.revoked_at is not null or invitation.accepted_at is not null then
    raise exception 'accept_invitation: there is no such open invitation' using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if not exists (select from public.organizations o where o.id = invitation.organization_id and o.deleted_at is null)
     or (invitation.invited_by is not null and not exists (
       select from public.organization_members m
        where m.organization_id = invitation.organization_id and m.user_id = invitation.invited_by and m.role in ('owner', 'admin'))) then
    raise exception 'accept_invitation: the organization is closed, or who invited may not invite any more' using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if invitation.expires_at <= now() then
    raise exception 'accept_invitation: the invitation expired on %', invitation.expires_at using errcode = 'BA006', hint = 'Ask for a new one.';
  end if;
  if not exists (
    select from public.users u
     where u.id = accept_invitation.user_id and u.deleted_at is null and lower(u.email) = lower(invitation.email)
  ) then
    raise exception 'accept_invitation: the invitation is for another address' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  insert into public.organization_members as m (organization_id, user_id, role)
  values (invitation.organization_id, accept_invitation.user_id, invitation.role)
  on conflict on constraint organization_members_pkey do update set updated_at = now()
  returning m.* into membership;
  update public.invitations i set accepted_at = now(), accepted_by = accept_invitation.user_id where i.id = invitation.id;
  return membership;
end
$$;

create or replace function private.delete_organization(organization_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.organizations o set deleted_at = now(), slug = left(o.slug, 26) || '-' || replace(o.id::text, '-', '')
   where o.id = delete_organization.organization_id and o.deleted_at is null;
  if not found then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.organization_id = delete_organization.organization_id and k.revoked_at is null;
  update public.invitations i set revoked_at = now()
   where i.organization_id = delete_organization.organization_id and i.accepted_at is null and i.revoked_at is null;
  update public.webhooks w set enabled = false, disabled_at = now(), disabled_reason = 'organization closed'
   where w.organization_id = delete_organization.organization_id and w.enabled;
  update public.subscriptions s set status = 'canceled', canceled_at = now()
   where s.organization_id = delete_organization.organization_id and s.status <> 'canceled';
  return true;
end
$$;
comment on function private.delete_organization(uuid) is 'Closes an organization: invisible, keys and invitations dead, webhooks off, subscription canceled, slug free again. The books stay. select private.delete_organization(''<organization>'');';

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

  -- Memberships go with the trigger that protects last owners, and with the one that tells which keys lose their maker.
  delete from public.organization_members m where m.user_id = person.id;
  -- The person has seen the secrets of these keys: they end with the account.
  update public.api_keys k set revoked_at = now() where k.created_by = person.id and k.revoked_at is null;

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

-- Who had gone or stepped down before this rule: their open invitations end too, and those of closed organizations.
update public.invitations i set revoked_at = now()
 where i.accepted_at is null and i.revoked_at is null
   and (not exists (select from public.organizations o where o.id = i.organization_id and o.deleted_at is null)
        or (i.invited_by is not null and not exists (
          select from public.organization_members m
           where m.organization_id = i.organization_id and m.user_id = i.invited_by and m.role in ('owner', 'admin'))));
