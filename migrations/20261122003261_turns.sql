-- Turns: which of the waiting jobs is started next, so that one organization's flood makes nobody else wait.

alter table public.plans add column share smallint not null default 1 check (share in (1, 2, 3, 4, 6));
comment on column public.plans.share is 'How many jobs of an organization are started for each one of a share of 1, when both have a line.';
update public.plans p
   set share = f.share
  from (values ('free', 1), ('starter', 2), ('pro', 3), ('business', 4), ('enterprise', 6)) as f (id, share)
 where p.id = f.id::public.subscription_plan;

alter table public.ai_jobs add column turn bigint not null default 0;
comment on column public.ai_jobs.turn is 'Its place in the line of all organizations; the lowest is started next.';
comment on column public.ai_jobs.priority is 'Among the waiting jobs of its organization; lower first.';

create index ai_jobs_turn_idx on public.ai_jobs (type, turn, created_at) where status = 'queued' and started_at is null;
create index ai_jobs_line_idx on public.ai_jobs (organization_id, type, priority, turn) where status = 'queued' and started_at is null;

create function private.take_turn() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  -- A job takes 12 steps of the line, fewer by its plan's share.
  steps constant int := 12;
  own_last bigint;
  now_serving bigint;
begin
  -- Start-time fair queueing (Goyal, Vin, Cheng 1996): behind the last of its own line, but never before who is next now.
  select max(last.turn) into own_last
    from (select distinct p.priority from (values (50::smallint), (100::smallint), (200::smallint)) as p (priority)) known
    cross join lateral (
      select j.turn
        from public.ai_jobs j
       where j.organization_id = new.organization_id and j.type = new.type and j.priority = known.priority
         and j.status = 'queued' and j.started_at is null
       order by j.turn desc
       limit 1
    ) last;
  select j.turn into now_serving
    from public.ai_jobs j
   where j.type = new.type and j.status = 'queued' and j.started_at is null
   order by j.turn
   limit 1;
  new.turn := coalesce(now_serving, 0);
  if own_last is not null then
    new.turn := greatest(new.turn, own_last + steps / (
      select p.share from public.organizations o join public.plans p on p.id = o.plan where o.id = new.organization_id
    ));
  end if;
  return new;
end
$$;
comment on function private.take_turn() is 'Gives a job that begins to wait its place in the line of all organizations.';

create trigger take_turn before insert on public.ai_jobs
  for each row when (new.status = 'queued') execute function private.take_turn();
create trigger take_turn_again before update of status on public.ai_jobs
  for each row when (old.status = 'awaiting_funds' and new.status = 'queued') execute function private.take_turn();

create function private.next_job(kind public.job_type) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  head record;
  chosen record;
begin
  loop
    select j.id, j.organization_id, j.turn into head
      from public.ai_jobs j
     where j.type = kind and j.status = 'queued' and j.started_at is null and j.slot_wanted_at is null
     order by j.turn, j.created_at
     limit 1
       for update skip locked;
    if not found then
      return null;
    end if;
    -- The turn is the organization's; which of its jobs takes it, its own priorities say.
    select j.id, j.turn into chosen
      from public.ai_jobs j
     where j.organization_id = head.organization_id and j.type = kind and j.status = 'queued' and j.started_at is null
     order by j.priority, j.turn
     limit 1
       for update skip locked;
    if not found then
      chosen := head;
    end if;
    if private.take_job_slot(chosen.id) then
      if chosen.id <> head.id then
        update public.ai_jobs j set turn = chosen.turn where j.id = head.id;
      end if;
      return chosen.id;
    end if;
    -- The organization runs as many as its plan allows: its whole line waits to be called when one of them ends.
    update public.ai_jobs j
       set slot_wanted_at = now()
     where j.id in (
             select x.id from public.ai_jobs x
              where x.organization_id = head.organization_id and x.type = kind and x.status = 'queued' and x.started_at is null
                and x.slot_wanted_at is null
                for update skip locked);
  end loop;
end
$$;
comment on function private.next_job(public.job_type) is
  'The job whose turn it is, locked, with a place of its organization; null when nobody waits who may run. To be claimed in the same transaction. select private.next_job(''image'');';

create or replace function private.list_jobs_for_slots(organization uuid) returns table (id uuid, type public.job_type)
language plpgsql security definer
set search_path = ''
as $$
declare
  free_places bigint;
begin
  -- Whoever found no place before this lock is marked by now; whoever looks after it sees the place.
  perform pg_advisory_xact_lock(hashtextextended('job slots of ' || organization, 0));
  free_places := private.places_of(organization) - private.count_running_jobs(organization, null);
  return query
    select j.id, j.type
      from public.ai_jobs j
     where j.organization_id = organization and j.slot_wanted_at is not null
       and (j.status = 'queued' or (j.status = 'processing' and j.lease_expires_at <= clock_timestamp()))
     order by j.priority, j.created_at, j.id
     limit greatest(coalesce(free_places, 0), 0);
end
$$;

revoke all on function private.take_turn(), private.next_job(public.job_type)
  from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.next_job(public.job_type) to base_worker, service_role;
