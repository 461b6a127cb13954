-- The audit chain is checked from its first line to its last. What retention has deleted is noted beside the chain, so that
-- a line that somebody took away is told from one that was old.

alter table public.audit_chains add column pruned_sequence bigint not null default 0;
comment on column public.audit_chains.pruned_sequence is 'Lines up to this one were past their retention when they were deleted.';

create function private.note_pruned_audit() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.audit_chains c
     set pruned_sequence = greatest(c.pruned_sequence, old_enough.last)
    from (
      select g.organization_id, max(g.seal_sequence) as last
        from gone g
        join public.organizations o on o.id = g.organization_id
        join public.plans p on p.id = o.plan
       where g.seal_sequence is not null and g.created_at < now() - make_interval(days => p.retention_days)
       group by g.organization_id
    ) old_enough
   where c.chain = old_enough.organization_id;
  return null;
end
$$;
comment on function private.note_pruned_audit() is 'Trigger: remembers how far retention has deleted a chain. Younger lines that are deleted leave a gap that verify_audit_logs() names.';
revoke execute on function private.note_pruned_audit() from public, anon, authenticated;
create trigger note_pruned after delete on public.audit_logs
  referencing old table as gone for each statement execute function private.note_pruned_audit();

create or replace function private.verify_audit_logs(organization uuid default null)
returns table (organization_id uuid, audit_log_id uuid, seal_sequence bigint, problem text)
language plpgsql stable security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  platform constant uuid := '00000000-0000-0000-0000-000000000000';
  whole constant boolean := organization is null;
begin
  return query
    with lines as (
      select coalesce(a.organization_id, platform) as chain, a.id, a.seal_sequence, a.row_hash, a.chain_hash, a.created_at,
             private.audit_row_hash(a) as now_hash, lag(a.seal_sequence) over w as before_sequence, lag(a.chain_hash) over w as before_hash
        from public.audit_logs a
       where a.seal_sequence is not null
         and (whole or (organization = platform and a.organization_id is null) or a.organization_id = organization)
      window w as (partition by a.organization_id order by a.seal_sequence, a.created_at, a.id)
    ), judged as (
      select l.chain, l.id, l.seal_sequence,
             case
               when c.chain is null then 'the row belongs to a chain that is not there'
               when l.now_hash is distinct from l.row_hash then 'the row was changed after it was sealed'
               when l.seal_sequence = l.before_sequence then 'the row was put in: its place in the chain is taken'
               when l.seal_sequence > c.last_sequence then 'the row was put in: it comes after the end of the chain'
               when l.seal_sequence <= c.pruned_sequence then null
               -- Lines of the platform go only with whole months, when no plan keeps lines so long.
               when l.before_sequence is null and l.seal_sequence <> c.pruned_sequence + 1
                 and not (l.chain = platform and l.created_at < now() + interval '2 months' - make_interval(days => (select max(p.retention_days) from public.plans p)))
                 then 'rows before this one are missing'
               when l.before_sequence is not null and l.seal_sequence <> l.before_sequence + 1
                 and (l.before_sequence > c.pruned_sequence or l.seal_sequence <> c.pruned_sequence + 1)
                 then 'rows before this one are missing'
               when l.seal_sequence = 1 and l.chain_hash is distinct from sha256(l.row_hash) then 'the chain does not begin here'
               when l.seal_sequence = l.before_sequence + 1 and l.chain_hash is distinct from sha256(l.before_hash || l.row_hash)
                 then 'the chain does not continue here'
               when l.seal_sequence = c.last_sequence and l.chain_hash is distinct from c.last_hash then 'the chain does not end here'
             end as problem
        from lines l
        left join public.audit_chains c on c.chain = l.chain
    )
    select nullif(j.chain, platform), j.id, j.seal_sequence, j.problem from judged j where j.problem is not null;

  return query
    select nullif(c.chain, platform), null::uuid, c.last_sequence, 'rows at the end of the chain are missing'
      from public.audit_chains c
     where (whole or c.chain = organization) and c.last_sequence > c.pruned_sequence
       and not exists (
         select from public.audit_logs a
          where a.organization_id is not distinct from nullif(c.chain, platform) and a.seal_sequence = c.last_sequence
       );
end
$$;
comment on function private.verify_audit_logs(uuid) is
  'Names every audit line that was edited, removed or put in (the nil UUID: only the platform''s own chain). No rows: the chains hold. select * from private.verify_audit_logs();';

create function private.count_audit_logs(organization uuid default null)
returns table (chains bigint, sealed_lines bigint, unsealed_lines bigint)
language sql stable security definer
set search_path = ''
as $$
  select count(distinct coalesce(a.organization_id, '00000000-0000-0000-0000-000000000000')), count(a.seal_sequence),
         count(*) - count(a.seal_sequence)
    from public.audit_logs a
   where organization is null or a.organization_id = organization
      or (organization = '00000000-0000-0000-0000-000000000000' and a.organization_id is null)
$$;
comment on function private.count_audit_logs(uuid) is 'What verify_audit_logs() looks at. select * from private.count_audit_logs();';
revoke execute on function private.count_audit_logs(uuid) from public, anon, authenticated;
grant execute on function private.count_audit_logs(uuid) to base_api, base_worker, service_role;
