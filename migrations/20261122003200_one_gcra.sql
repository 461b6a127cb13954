-- One implementation of the limits: check_rate_limit() asks for all or nothing, take_rate_limits() for what there is.
-- The leases of acquire_slot() go: the place of a running job is the job's own row.

create function private.take_tokens(
  bucket text, limit_count int, window_seconds int, at_least int, at_most int,
  out granted int, out remaining int, out reset_ms int, out retry_after_ms int
)
language plpgsql security definer
set search_path = ''
as $$
declare
  asked_at timestamptz;
  arrival timestamptz;
  ahead_us bigint;
  window_us bigint := window_seconds * 1000000::bigint;
begin
  insert into public.rate_limits as r (bucket, theoretical_arrival) values (take_tokens.bucket, clock_timestamp())
  on conflict on constraint rate_limits_pkey do nothing;
  select r.theoretical_arrival into arrival from public.rate_limits r where r.bucket = take_tokens.bucket for update;
  -- Asked after the lock was had: time that was waited has refilled.
  asked_at := clock_timestamp();
  -- GCRA: every token takes window/limit of time; a bucket may run ahead of the clock by one window.
  ahead_us := greatest((extract(epoch from arrival - asked_at) * 1000000)::bigint, 0);
  granted := least(at_most, floor((window_us - ahead_us)::numeric * limit_count / window_us)::int);
  if granted < at_least then
    granted := 0;
  else
    ahead_us := ahead_us + floor(window_us::numeric * granted / limit_count)::bigint;
    update public.rate_limits r set theoretical_arrival = asked_at + ahead_us * interval '1 microsecond'
     where r.bucket = take_tokens.bucket;
  end if;
  remaining := greatest(floor((window_us - ahead_us)::numeric * limit_count / window_us)::int, 0);
  reset_ms := ceil(ahead_us / 1000.0)::int;
  retry_after_ms := case when granted > 0 then 0
                         else greatest(ceil((ahead_us + window_us::numeric * at_least / limit_count - window_us) / 1000.0)::int, 1) end;
end
$$;
comment on function private.take_tokens(text, int, int, int, int) is
  'The one GCRA (the database''s clock): takes between at_least and at_most tokens of a bucket, or none. The script in libs/core/src/limits/redis-token-store.ts is the same in Lua; test/e2e/one-gcra.spec.ts compares them.';

create or replace function public.check_rate_limit(bucket text, limit_count int, window_seconds int, cost int default 1)
returns table (allowed boolean, remaining int, reset_at timestamptz, retry_after_ms int)
language plpgsql security definer
set search_path = ''
as $$
begin
  if bucket is null or length(bucket) not between 1 and 255 or limit_count is null or limit_count < 1
     or window_seconds is null or window_seconds < 1 or cost is null or cost < 1 or cost > limit_count then
    raise exception 'check_rate_limit: bucket of 1 to 255 characters, limit and window of at least 1, cost of 1 to the limit'
      using errcode = 'BA001', hint = 'A cost above the limit could never be allowed.';
  end if;
  return query
    select t.granted > 0, t.remaining, clock_timestamp() + t.reset_ms * interval '1 millisecond', t.retry_after_ms
      from private.take_tokens(check_rate_limit.bucket, limit_count, window_seconds, cost, cost) as t;
end
$$;

create or replace function public.take_rate_limits(buckets text[], limits int[], wanted int[], window_seconds int default 60)
returns table (granted int, remaining int, reset_ms int, retry_after_ms int)
language plpgsql security definer
set search_path = ''
as $$
declare
  place int;
  verdict record;
  granted_by int[];
  remaining_by int[];
  reset_by int[];
  retry_by int[];
begin
  if cardinality(buckets) is distinct from cardinality(limits) or cardinality(buckets) is distinct from cardinality(wanted)
     or coalesce(window_seconds, 0) < 1 or exists (
       select from unnest(buckets, limits, wanted) as b (bucket, limit_count, want)
        where b.bucket is null or length(b.bucket) not between 1 and 255 or coalesce(b.limit_count, 0) < 1 or coalesce(b.want, 0) < 1) then
    raise exception 'take_rate_limits: as many limits and wants as buckets, each of at least 1'
      using errcode = 'BA001', hint = 'Nothing was taken; see the comment of the function for an example.';
  end if;
  -- In one order everywhere, so that two callers with the same buckets cannot wait for each other.
  for place in select b.ordinality from unnest(buckets) with ordinality as b (bucket, ordinality) order by b.bucket, b.ordinality loop
    verdict := private.take_tokens(buckets[place], limits[place], window_seconds, 1, wanted[place]);
    granted_by[place] := verdict.granted;
    remaining_by[place] := verdict.remaining;
    reset_by[place] := verdict.reset_ms;
    retry_by[place] := verdict.retry_after_ms;
  end loop;
  return query
    select granted_by[g.i], remaining_by[g.i], reset_by[g.i], retry_by[g.i]
      from generate_subscripts(buckets, 1) as g (i)
     order by g.i;
end
$$;

comment on table public.rate_limits is 'State of the limits (GCRA): one time per bucket. Unlogged: a crash of the server forgets limits, nothing else.';

revoke all on function private.take_tokens(text, int, int, int, int)
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;

drop function public.acquire_slot(text, uuid, int, int);
drop function public.release_slot(text, uuid);
drop table public.slots;
