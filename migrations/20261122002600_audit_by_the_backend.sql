-- The service that makes an organization writes its audit line, like that of every other change: it knows the request.

create or replace function private.create_organization(
  organization_id uuid, user_id uuid, name text, slug text,
  country text default null, currency text default null, locale text default null, time_zone text default null
) returns public.organizations
language plpgsql security definer
set search_path = ''
as $$
declare
  made public.organizations;
begin
  if not exists (select from public.users u where u.id = create_organization.user_id and u.deleted_at is null) then
    raise exception 'create_organization: there is no user %', create_organization.user_id using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  insert into public.organizations as o (id, name, slug, country, currency, locale, time_zone)
  values (
    create_organization.organization_id, btrim(create_organization.name), create_organization.slug,
    coalesce(create_organization.country, 'BR'), coalesce(create_organization.currency, 'BRL'),
    coalesce(create_organization.locale, 'pt-BR'), coalesce(create_organization.time_zone, 'America/Sao_Paulo')
  )
  returning o.* into made;
  insert into public.organization_members (organization_id, user_id, role) values (made.id, create_organization.user_id, 'owner');
  insert into public.credit_balances (organization_id) values (made.id);
  insert into public.event_sequences (organization_id) values (made.id);
  insert into public.subscriptions (organization_id, plan, currency, period_start, period_end)
  values (made.id, 'free', made.currency, now(), now() + interval '1 month');
  perform private.grant_plan_credits(made.id);
  return made;
end
$$;
