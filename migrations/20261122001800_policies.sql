-- Row level security: on for every table, one permissive policy per role and action.
--
-- Reading as a tenant: the organization is one of mine. Writing as a tenant: it is one of mine in a role that may, and the
-- session is our backend's (private.my_orgs_as() is empty elsewhere). The function calls are wrapped in sub-selects, so
-- that they run once per statement and not once per row.

do $$
declare
  found_table record;
begin
  for found_table in
    select n.nspname, c.relname
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'parts', 'identity') and c.relkind in ('r', 'p')
  loop
    execute format('alter table %I.%I enable row level security', found_table.nspname, found_table.relname);
  end loop;
end
$$;

-- Everybody in the organization may read these.
do $$
declare
  name text;
begin
  foreach name in array array[
    'organization_members', 'projects', 'subscriptions', 'credit_balances', 'credit_transactions', 'credit_grants', 'credit_holds',
    'budgets', 'budget_usage', 'auto_top_ups', 'quotes', 'ai_jobs', 'generations', 'usage_daily', 'usage_by_user', 'events',
    'assets', 'presets', 'brand_kits', 'share_links', 'share_link_items', 'impersonations'
  ] loop
    execute format(
      'create policy tenant_select on public.%I for select to authenticated using (organization_id = any (array(select private.my_orgs())))',
      name
    );
  end loop;
end
$$;

-- These only some roles may read.
do $$
declare
  rule record;
begin
  for rule in
    select * from (values
      ('invitations', '''owner'', ''admin'''),
      ('api_keys', '''owner'', ''admin'''),
      ('provider_api_keys', '''owner'', ''admin'''),
      ('webhooks', '''owner'', ''admin'''),
      ('webhook_deliveries', '''owner'', ''admin'''),
      ('webhook_attempts', '''owner'', ''admin'''),
      ('audit_logs', '''owner'', ''admin'''),
      ('billing_profiles', '''owner'', ''admin'', ''billing'''),
      ('invoices', '''owner'', ''admin'', ''billing'''),
      ('payments', '''owner'', ''admin'', ''billing'''),
      ('idempotency_keys', '''owner'', ''admin'', ''billing'', ''creator'', ''viewer''')
    ) as rules (name, roles)
  loop
    execute format(
      'create policy tenant_select on public.%I for select to authenticated using (organization_id = any (array(select private.my_orgs_as(%s))))',
      rule.name, rule.roles
    );
  end loop;
end
$$;

-- Who may write what, as a tenant. Actions: i(nsert), u(pdate), d(elete).
do $$
declare
  rule record;
  test text;
begin
  for rule in
    select * from (values
      ('invitations', 'iud', '''owner'', ''admin'''),
      ('api_keys', 'iu', '''owner'', ''admin'''),
      ('provider_api_keys', 'iud', '''owner'', ''admin'''),
      ('webhooks', 'iu', '''owner'', ''admin'''),
      ('webhook_deliveries', 'i', '''owner'', ''admin'''),
      ('budgets', 'iud', '''owner'', ''admin'', ''billing'''),
      ('auto_top_ups', 'iu', '''owner'', ''billing'''),
      ('billing_profiles', 'iu', '''owner'', ''billing'''),
      ('projects', 'iu', '''owner'', ''admin'', ''creator'''),
      ('ai_jobs', 'u', '''owner'', ''admin'', ''creator'''),
      ('generations', 'u', '''owner'', ''admin'', ''creator'''),
      ('assets', 'iu', '''owner'', ''admin'', ''creator'''),
      ('presets', 'iud', '''owner'', ''admin'', ''creator'''),
      ('brand_kits', 'iud', '''owner'', ''admin'', ''creator'''),
      ('share_links', 'iu', '''owner'', ''admin'', ''creator'''),
      ('share_link_items', 'id', '''owner'', ''admin'', ''creator'''),
      ('idempotency_keys', 'iud', '''owner'', ''admin'', ''billing'', ''creator'', ''viewer''')
    ) as rules (name, actions, roles)
  loop
    test := format('organization_id = any (array(select private.my_orgs_as(%s)))', rule.roles);
    if rule.actions like '%i%' then
      execute format('create policy tenant_insert on public.%I for insert to authenticated with check (%s)', rule.name, test);
    end if;
    if rule.actions like '%u%' then
      execute format('create policy tenant_update on public.%I for update to authenticated using (%s) with check (%s)', rule.name, test, test);
    end if;
    if rule.actions like '%d%' then
      execute format('create policy tenant_delete on public.%I for delete to authenticated using (%s)', rule.name, test);
    end if;
  end loop;
end
$$;

create policy tenant_select on public.organizations for select to authenticated using (id = any (array(select private.my_orgs())));
create policy tenant_update on public.organizations for update to authenticated
  using (id = any (array(select private.my_orgs_as('owner', 'admin')))) with check (id = any (array(select private.my_orgs_as('owner', 'admin'))));

-- Admins manage everybody but owners; owners are made and unmade by owners. Everybody may leave.
create policy tenant_insert on public.organization_members for insert to authenticated with check (
  organization_id = any (array(select private.my_orgs_as('owner')))
  or (organization_id = any (array(select private.my_orgs_as('admin'))) and role <> 'owner')
);
create policy tenant_update on public.organization_members for update to authenticated using (
  organization_id = any (array(select private.my_orgs_as('owner')))
  or (organization_id = any (array(select private.my_orgs_as('admin'))) and role <> 'owner')
) with check (
  organization_id = any (array(select private.my_orgs_as('owner')))
  or (organization_id = any (array(select private.my_orgs_as('admin'))) and role <> 'owner')
);
create policy tenant_delete on public.organization_members for delete to authenticated using (
  organization_id = any (array(select private.my_orgs_as('owner')))
  or (organization_id = any (array(select private.my_orgs_as('admin'))) and role <> 'owner')
  or (user_id = (select auth.uid()) and organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'billing', 'creator', 'viewer'))))
);

create policy tenant_select on public.users for select to authenticated using (id = any (array(select private.my_colleagues())));
create policy tenant_update on public.users for update to authenticated
  using (id = (select auth.uid()) and (select private.via_backend())) with check (id = (select auth.uid()) and (select private.via_backend()));

-- Favourites are one's own.
create policy tenant_select on public.favorites for select to authenticated
  using (user_id = (select auth.uid()) and organization_id = any (array(select private.my_orgs())));
create policy tenant_insert on public.favorites for insert to authenticated with check (
  user_id = (select auth.uid())
  and organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'billing', 'creator', 'viewer')))
);
create policy tenant_delete on public.favorites for delete to authenticated using (user_id = (select auth.uid()) and (select private.via_backend()));

-- The public catalogue, and what is shown beside it to people who are logged in.
create policy catalogue on public.plans for select to anon, authenticated, base_api, base_worker, base_operator using (true);
create policy catalogue on public.pricing for select to anon, authenticated, base_api, base_worker, base_operator using (true);
create policy catalogue on public.credit_packs for select to authenticated, base_api, base_worker, base_operator using (true);
create policy catalogue on public.provider_status for select to authenticated, base_api, base_operator using (true);

-- The worker is the trusted system across organizations, on exactly the tables it works with. What moves credits goes
-- through functions: the ledger is read-only for it as for everybody.
do $$
declare
  name text;
begin
  foreach name in array array[
    'ai_jobs', 'generations', 'assets', 'provider_costs', 'provider_status', 'webhooks', 'webhook_cursors', 'webhook_deliveries',
    'webhook_delivery_keys', 'webhook_attempts', 'subscriptions', 'invoices', 'payments', 'payment_events', 'auto_top_ups',
    'idempotency_keys', 'outbound_mails', 'dead_letters', 'ledger_checks', 'reconciliations', 'budget_usage', 'provider_api_keys'
  ] loop
    execute format('create policy worker on public.%I for all to base_worker using (true) with check (true)', name);
  end loop;
  foreach name in array array[
    'organizations', 'users', 'organization_members', 'projects', 'api_keys', 'quotes', 'events', 'event_sequences',
    'credit_balances', 'credit_transactions', 'credit_grants', 'credit_holds', 'credit_overruns', 'credit_transaction_keys',
    'budgets', 'billing_profiles', 'invoice_series', 'usage_daily', 'usage_by_user', 'audit_logs', 'audit_chains'
  ] loop
    execute format('create policy worker on public.%I for select to base_worker using (true)', name);
  end loop;
end
$$;

-- The API before it has a tenant: the local issuer's tables, the inbox of the payment provider, mails to be sent.
do $$
declare
  name text;
begin
  foreach name in array array[
    'credentials', 'sessions', 'refresh_tokens', 'one_time_tokens', 'totp_factors', 'signing_keys', 'login_attempts'
  ] loop
    execute format('create policy issuer on identity.%I for all to base_api using (true) with check (true)', name);
  end loop;
end
$$;
create policy api_select on public.payment_events for select to base_api using (true);
create policy api_insert on public.payment_events for insert to base_api with check (processed_at is null);
create policy api_insert on public.outbound_mails for insert to base_api with check (sent_at is null);

-- Operators read everything (but secrets: see the grants) and write little; the claims must be an operator's.
do $$
declare
  found_table record;
begin
  for found_table in
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and c.relname not in ('plans', 'pricing', 'credit_packs', 'provider_status')
  loop
    execute format('create policy operator_select on public.%I for select to base_operator using ((select private.is_operator()))', found_table.relname);
  end loop;
end
$$;
create policy operator_update on public.organizations for update to base_operator
  using ((select private.is_operator())) with check ((select private.is_operator()));
create policy operator_update on public.dead_letters for update to base_operator
  using ((select private.is_operator())) with check ((select private.is_operator()));
create policy operator_insert on public.pricing for insert to base_operator with check ((select private.is_operator()));
create policy operator_update on public.pricing for update to base_operator
  using ((select private.is_operator())) with check ((select private.is_operator()));
create policy operator_insert on public.impersonations for insert to base_operator
  with check ((select private.is_operator()) and operator_id = (select auth.uid()));
create policy operator_update on public.impersonations for update to base_operator
  using ((select private.is_operator()) and operator_id = (select auth.uid())) with check (operator_id = (select auth.uid()));
