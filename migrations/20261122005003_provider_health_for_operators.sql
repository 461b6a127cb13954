-- Operators see by the API how the jobs of the last hour went at each provider; the API itself sees no jobs of organizations.

create function private.list_provider_health()
returns table (provider text, jobs bigint, succeeded bigint, failed bigint, unknown_outcomes bigint, median_ms bigint, p95_ms bigint)
language sql stable security definer
set search_path = ''
as $$
  select h.provider, h.jobs, h.succeeded, h.failed, h.unknown_outcomes, h.median_ms, h.p95_ms from public.v_provider_health h
$$;
comment on function private.list_provider_health() is 'The jobs of the last hour by provider, as v_provider_health counts them. select * from private.list_provider_health();';
revoke execute on function private.list_provider_health() from public;
grant execute on function private.list_provider_health() to base_api, service_role;
