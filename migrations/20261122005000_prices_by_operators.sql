-- Operators enter prices. What was in force stays as it was: a new version begins where the one before it ends.

create function private.enter_prices(of_model text, lines jsonb, beginning timestamptz, read_where text)
returns table (version int, valid_from timestamptz)
language plpgsql security definer
set search_path = ''
as $$
declare
  next_version int;
  starts timestamptz;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('prices of ' || of_model, 0));
  -- Read under the lock: whatever is ended here began before it.
  starts := greatest(beginning, clock_timestamp());
  select coalesce(max(p.version), 0) + 1 into next_version from public.pricing p where p.model = of_model;
  delete from public.pricing p where p.model = of_model and p.valid_from >= starts;
  update public.pricing p
     set valid_to = starts, updated_at = now()
   where p.model = of_model and (p.valid_to is null or p.valid_to > starts);
  insert into public.pricing (
    provider, model, version, component, unit, unit_size, dimensions, cost_usd_micros, credits_per_unit, valid_from, source, source_date
  )
  select split_part(of_model, '/', 1), of_model, next_version, l.component, l.unit, l.unit_size, l.dimensions, l.cost_usd_micros,
         l.credits_per_unit, starts, read_where, current_date
    from jsonb_to_recordset(lines) as l (
      component text, unit text, unit_size bigint, dimensions jsonb, cost_usd_micros bigint, credits_per_unit bigint
    );
  return query select next_version, starts;
end
$$;
comment on function private.enter_prices(text, jsonb, timestamptz, text) is
  'Puts all lines of a model''s next version in force, now or later, and ends those before it; versions that were to begin later are withdrawn. select * from private.enter_prices(''sandbox/image'', ''[{"component": "output", "unit": "image", "unit_size": 1, "dimensions": {}, "cost_usd_micros": 0, "credits_per_unit": 5}]'', null, ''our own'');';
revoke execute on function private.enter_prices(text, jsonb, timestamptz, text) from public;
grant execute on function private.enter_prices(text, jsonb, timestamptz, text) to base_api, service_role;
