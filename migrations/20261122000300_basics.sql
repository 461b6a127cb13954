-- What the tables' definitions lean on.

create function private.uuid_v7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  micros bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
  -- RFC 9562: 48 bits of Unix milliseconds, version 7, 12 bits of the fraction of the millisecond (method 3 of section
  -- 6.2, so that rows of one millisecond keep their order), then 62 random bits and the variant, taken from a version 4.
  -- plpgsql, because it keeps its plan: this runs once per row.
  return encode(
    int8send(((micros / 1000) << 16) | 28672 | (((micros % 1000) * 4096) / 1000))
      || substring(uuid_send(gen_random_uuid()) from 9 for 8),
    'hex'
  )::uuid;
end
$$;
comment on function private.uuid_v7() is 'A new UUID that sorts by the time it was made. select private.uuid_v7();';

create function private.set_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Trigger: updated_at is the database''s business.';

create function private.ensure_partitions(months_ahead int default 3) returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  parent text;
  month date;
  leaf text;
  stray boolean;
  made int := 0;
begin
  -- One at a time: two callers would race for the same names.
  perform pg_advisory_xact_lock(hashtext('private.ensure_partitions'));
  for parent in
    select c.relname
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'p'
     order by c.relname
  loop
    for month in
      select m::date
        from generate_series(
          date_trunc('month', now() at time zone 'UTC') - interval '1 month',
          date_trunc('month', now() at time zone 'UTC') + make_interval(months => greatest(months_ahead, 1)),
          interval '1 month'
        ) as m
    loop
      leaf := parent || '_' || to_char(month, 'YYYY_MM');
      continue when to_regclass(format('parts.%I', leaf)) is not null;

      execute format('create table parts.%I (like public.%I including defaults including constraints)', leaf, parent);
      execute format('alter table parts.%I enable row level security', leaf);
      -- Rows that came before their partition lie in the default one, and would forbid attaching it.
      execute format(
        'select exists (select from parts.%I where created_at >= %L and created_at < %L)',
        parent || '_default', month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC'
      ) into stray;
      if stray then
        execute format('alter table public.%I detach partition parts.%I', parent, parent || '_default');
        execute format(
          'with moved as (delete from parts.%I where created_at >= %L and created_at < %L returning *) insert into parts.%I select * from moved',
          parent || '_default', month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC', leaf
        );
      end if;
      execute format(
        'alter table public.%I attach partition parts.%I for values from (%L) to (%L)',
        parent, leaf, month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC'
      );
      if stray then
        execute format('alter table public.%I attach partition parts.%I default', parent, parent || '_default');
      end if;
      made := made + 1;
    end loop;
  end loop;
  return made;
end
$$;
comment on function private.ensure_partitions(int) is
  'Makes the monthly partitions (UTC) from last month to some months ahead; moves what waited in the default partition. Returns how many were made. select private.ensure_partitions();';
