-- The copy of one's data tells of the free credits and the trial that the person had, too.

create or replace function private.export_user(user_id uuid, max_rows int default 10000) returns jsonb
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
    'free_credits', (
      select coalesce(jsonb_agg(to_jsonb(c) - 'user_id'), '[]') from identity.free_credit_claims c where c.user_id = person.id),
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
