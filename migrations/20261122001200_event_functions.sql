-- Appending to the event log and to the audit log.

create type private.new_event as (id uuid, organization_id uuid, type text, subject_id uuid, project_id uuid, data jsonb);
comment on type private.new_event is 'An event without its sequence; id and data may be null.';

create function private.insert_events(new_events private.new_event[])
returns table (id uuid, organization_id uuid, sequence bigint)
language plpgsql
set search_path = ''
as $$
begin
  return query
    with given as materialized (
      select n.id, n.organization_id as org, n.type, n.subject_id, n.project_id, n.data, n.ordinality as place
        from unnest(new_events) with ordinality as n
    ), counted as materialized (
      select g.org, count(*) as events from given g group by g.org
    ), sequences as (
      -- Counters are taken in one order by everybody.
      insert into public.event_sequences as s (organization_id, last_sequence)
      select c.org, c.events from counted c order by c.org
      on conflict on constraint event_sequences_pkey do update set last_sequence = s.last_sequence + excluded.last_sequence
      returning s.organization_id as org, s.last_sequence
    )
    insert into public.events as e (id, organization_id, sequence, type, subject_id, project_id, data, created_at)
    select coalesce(g.id, private.uuid_v7()), g.org,
           s.last_sequence - c.events + row_number() over (partition by g.org order by g.place),
           g.type, g.subject_id, g.project_id, coalesce(g.data, '{}'), clock_timestamp()
      from given g
      join counted c on c.org = g.org
      join sequences s on s.org = g.org
     order by g.place
    returning e.id, e.organization_id, e.sequence;
end
$$;
comment on function private.insert_events(private.new_event[]) is 'Gives events their sequence and appends them. Locks the counters of their organizations: call it last.';

create function public.append_events(events jsonb)
returns table (id uuid, organization_id uuid, sequence bigint)
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  given private.new_event[];
begin
  if events is null or jsonb_typeof(events) <> 'array' then
    raise exception 'append_events: the argument must be a JSON array'
      using errcode = 'BA001', hint = 'Each element: {"organization_id", "type", "subject_id", "project_id", "data"}.';
  end if;
  select array_agg(n) into given from jsonb_populate_recordset(null::private.new_event, events) n;
  -- Checked beforehand rather than caught: a caught error costs every call a subtransaction.
  if exists (
    select from unnest(given) x
     where x.organization_id is null or x.type is null or x.type !~ '^[a-z_]+\.[a-z_]+$' or jsonb_typeof(x.data) <> 'object'
  ) then
    raise exception 'append_events: every event needs organization_id, a type like "job.queued", and data that is an object'
      using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  if exists (select from unnest(given) x where not exists (select from public.organizations o where o.id = x.organization_id)) then
    raise exception 'append_events: unknown organization' using errcode = 'BA002', hint = 'Nothing was written.';
  end if;
  return query select * from private.insert_events(given);
end
$$;
comment on function public.append_events(jsonb) is
  'Appends events and gives them their sequence; the order of sequences is the order of commits. Locks the organization''s counter until commit: call it last. select * from append_events(''[{"organization_id": "…", "type": "job.progress", "subject_id": "…", "data": {"progress": 40}}]'');';

create function private.append_audit(entries jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if not private.via_backend() then
    raise exception 'append_audit: only the backend writes the audit log' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  insert into public.audit_logs (
    organization_id, actor_type, actor_id, action, outcome, target_type, target_id, before, after, metadata, address, agent, request_id
  )
  select x.organization_id, x.actor_type, x.actor_id, x.action, coalesce(x.outcome, 'success'), x.target_type, x.target_id,
         x.before, x.after, coalesce(x.metadata, '{}'), x.address, left(x.agent, 500), x.request_id
    from jsonb_to_recordset(entries) as x (
      organization_id uuid, actor_type text, actor_id uuid, action text, outcome text, target_type text, target_id text,
      before jsonb, after jsonb, metadata jsonb, address inet, agent text, request_id text
    );
exception
  when check_violation or not_null_violation then
    raise exception 'append_audit: %', sqlerrm
      using errcode = 'BA001', hint = 'actor_type is user, api_key, operator, system or anonymous; action is required.';
end
$$;
comment on function private.append_audit(jsonb) is
  'Writes audit lines in the caller''s transaction. select private.append_audit(''[{"organization_id": "…", "actor_type": "user", "actor_id": "…", "action": "api_keys.create", "target_type": "api_key", "target_id": "…"}]'');';

create function private.audit_row_hash(line public.audit_logs) returns bytea
language sql stable
set search_path = ''
as $$
  select sha256(convert_to((to_jsonb(line) - 'seal_sequence' - 'row_hash' - 'chain_hash')::text, 'UTF8'))
$$;
comment on function private.audit_row_hash(public.audit_logs) is 'SHA-256 over everything an audit line says.';

create function private.seal_audit_logs(max_rows int default 10000) returns int
language plpgsql security definer
set search_path = ''
-- The text of a timestamp, and with it the hash, must not depend on who asks.
set timezone = 'UTC'
as $$
declare
  line public.audit_logs;
  end_of_chain public.audit_chains;
  key uuid;
  hash bytea;
  sealed int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('private.seal_audit_logs'));
  for line in
    select a.*
      from public.audit_logs a
      -- Younger lines may still have older ones uncommitted beside them; the order of a chain must not depend on that.
     where a.seal_sequence is null and a.created_at < now() - interval '5 seconds'
     order by a.organization_id, a.created_at, a.id
     limit max_rows
  loop
    key := coalesce(line.organization_id, '00000000-0000-0000-0000-000000000000');
    if end_of_chain.chain is distinct from key then
      insert into public.audit_chains (chain, last_sequence, last_hash) values (key, 0, '\x') on conflict do nothing;
      select * into end_of_chain from public.audit_chains where chain = key for update;
    end if;
    hash := private.audit_row_hash(line);
    end_of_chain.last_sequence := end_of_chain.last_sequence + 1;
    end_of_chain.last_hash := sha256(end_of_chain.last_hash || hash);
    update public.audit_logs
       set seal_sequence = end_of_chain.last_sequence, row_hash = hash, chain_hash = end_of_chain.last_hash
     where id = line.id and created_at = line.created_at;
    update public.audit_chains
       set last_sequence = end_of_chain.last_sequence, last_hash = end_of_chain.last_hash, updated_at = now()
     where chain = key;
    sealed := sealed + 1;
  end loop;
  return sealed;
end
$$;
comment on function private.seal_audit_logs(int) is 'Chains the audit lines that are not chained yet. Returns how many. select private.seal_audit_logs();';

create function private.verify_audit_logs(organization uuid default null)
returns table (organization_id uuid, audit_log_id uuid, seal_sequence bigint, problem text)
language plpgsql stable security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return query
    with lines as (
      select a.organization_id, a.id, a.seal_sequence, a.row_hash, a.chain_hash, private.audit_row_hash(a) as now_hash,
             lag(a.seal_sequence) over w as before_sequence, lag(a.chain_hash) over w as before_hash,
             row_number() over (partition by a.organization_id order by a.seal_sequence desc) as from_end
        from public.audit_logs a
       where a.seal_sequence is not null and (organization is null or a.organization_id = organization)
      window w as (partition by a.organization_id order by a.seal_sequence)
    )
    select l.organization_id, l.id, l.seal_sequence,
           case
             when l.now_hash is distinct from l.row_hash then 'the row was changed after it was sealed'
             when l.before_sequence is not null and l.seal_sequence <> l.before_sequence + 1 then 'rows before this one are missing'
             else 'the chain does not continue here'
           end
      from lines l
     where l.now_hash is distinct from l.row_hash
        or (l.before_sequence is not null and l.seal_sequence <> l.before_sequence + 1)
        -- The oldest row that retention has left cannot show what was before it; the first of all can.
        or (l.before_sequence is not null and l.seal_sequence = l.before_sequence + 1
            and l.chain_hash is distinct from sha256(l.before_hash || l.row_hash))
        or (l.before_sequence is null and l.seal_sequence = 1 and l.chain_hash is distinct from sha256(l.row_hash));

  return query
    select nullif(c.chain, '00000000-0000-0000-0000-000000000000'), null::uuid, c.last_sequence,
           'rows at the end of the chain are missing'
      from public.audit_chains c
     where (organization is null or c.chain = organization)
       and not exists (
         select from public.audit_logs a
          where a.organization_id is not distinct from nullif(c.chain, '00000000-0000-0000-0000-000000000000')
            and a.seal_sequence = c.last_sequence
       )
       and exists (
         select from public.audit_logs a
          where a.organization_id is not distinct from nullif(c.chain, '00000000-0000-0000-0000-000000000000')
       );
end
$$;
comment on function private.verify_audit_logs(uuid) is 'Names every audit line that was edited, removed or put in. No rows: the chain holds. select * from private.verify_audit_logs();';
