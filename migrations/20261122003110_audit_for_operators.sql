-- Operators read the log across organizations, newest first, and ask for the chain of one that exists.

create index audit_logs_newest_idx on public.audit_logs (created_at desc, id desc);

create function private.has_audit_chain(organization uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select has_audit_chain.organization = '00000000-0000-0000-0000-000000000000'
      or exists (select from public.organizations o where o.id = has_audit_chain.organization)
      or exists (select from public.audit_chains c where c.chain = has_audit_chain.organization)
$$;
comment on function private.has_audit_chain(uuid) is
  'Whether there is, or was, an organization whose audit lines can be checked (the nil UUID: the platform). select private.has_audit_chain(''<organization>'');';
revoke execute on function private.has_audit_chain(uuid) from public, anon, authenticated;
grant execute on function private.has_audit_chain(uuid) to base_api, base_worker, service_role;
