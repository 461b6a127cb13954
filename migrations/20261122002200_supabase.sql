-- What belongs to Supabase's own parts, wherever these are: the same file leaves nothing behind elsewhere.

-- Months of partitions, ready before the first row.
select private.ensure_partitions();

-- Where pg_cron is, the database looks after itself; elsewhere the worker's schedule calls the same functions.
do $$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    perform cron.schedule('base-ensure-partitions', '17 3 * * *', 'select private.ensure_partitions()');
    perform cron.schedule('base-apply-retention', '37 3 * * *', 'select private.apply_retention()');
  end if;
end
$$;

-- Realtime: every event goes to the private topic of its organization; a member may listen.
do $$
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null or to_regclass('realtime.messages') is null then
    return;
  end if;

  create function private.broadcast_event() returns trigger
  language plpgsql security definer
  set search_path = ''
  as $function$
  begin
    perform realtime.send(
      jsonb_build_object('id', new.id, 'sequence', new.sequence, 'type', new.type, 'subjectId', new.subject_id, 'projectId', new.project_id),
      new.type, 'org:' || new.organization_id::text, true
    );
    return null;
  exception
    -- Telling is a courtesy; the fact stands without it.
    when others then
      return null;
  end
  $function$;
  comment on function private.broadcast_event() is 'Trigger: tells Supabase Realtime about an event; the payload is slim, details are read from the log.';
  revoke all on function private.broadcast_event() from public;
  create trigger broadcast_event after insert on public.events for each row execute function private.broadcast_event();

  create policy base_members_listen on realtime.messages for select to authenticated using (
    (select realtime.topic()) = any (array(select 'org:' || o::text from private.my_orgs() o))
  );
end
$$;

-- Changes of these tables reach clients that listen to Supabase Realtime, under their own row security.
do $$
declare
  name text;
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null
     or not exists (
       select from pg_catalog.pg_publication p
        where p.pubname = 'supabase_realtime' and not p.puballtables and pg_catalog.pg_has_role(current_user, p.pubowner, 'usage')
     ) then
    return;
  end if;
  foreach name in array array['ai_jobs', 'generations', 'credit_balances'] loop
    execute format('alter publication supabase_realtime add table public.%I', name);
  end loop;
end
$$;

-- Storage: one private bucket; the first folder of a path is the organization. Files are written by the backend.
do $$
begin
  if to_regclass('storage.objects') is null or to_regclass('storage.buckets') is null then
    return;
  end if;
  insert into storage.buckets (id, name, public) values ('base-media', 'base-media', false) on conflict (id) do nothing;
  create policy base_members_read on storage.objects for select to authenticated using (
    bucket_id = 'base-media'
    and split_part(name, '/', 1) = any (array(select o::text from private.my_orgs() o))
  );
end
$$;
