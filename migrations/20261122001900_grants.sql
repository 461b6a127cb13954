-- Rights, by name. Right under both of Supabase's profiles: whatever was granted by default is taken away first.

revoke all on all tables in schema public, private, parts, identity from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
revoke all on all sequences in schema public, private, parts, identity from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
do $$
declare
  ours record;
begin
  -- One by one: extensions may have functions of their own in public.
  for ours in
    select p.oid::regprocedure as signature
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('public', 'private')
       and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role, base_api, base_worker, base_operator', ours.signature);
  end loop;
end
$$;

-- Clients.

grant select on public.plans, public.pricing to anon, authenticated, base_api, base_worker, base_operator;
grant select on public.credit_packs, public.provider_status to authenticated, base_api, base_worker, base_operator;

grant select on
  public.organizations, public.users, public.organization_members, public.projects, public.subscriptions, public.credit_balances,
  public.credit_transactions, public.credit_grants, public.credit_holds, public.budgets, public.budget_usage, public.auto_top_ups,
  public.quotes, public.ai_jobs, public.generations, public.usage_daily, public.usage_by_user, public.events, public.assets,
  public.presets, public.brand_kits, public.share_link_items, public.impersonations, public.audit_logs, public.billing_profiles,
  public.invoices, public.payments, public.idempotency_keys, public.favorites, public.webhook_deliveries, public.webhook_attempts
to authenticated;

-- Secrets, even hashed or encrypted ones, are not for clients' eyes: these tables are readable column by column.
do $$
declare
  rule record;
  columns text;
begin
  for rule in
    select * from (values
      ('invitations', array['token_hash']),
      ('api_keys', array['secret_hash']),
      ('provider_api_keys', array['ciphertext', 'nonce', 'wrapped_key']),
      ('webhooks', array['secret_encrypted', 'previous_secret_encrypted']),
      ('share_links', array['token_hash'])
    ) as rules (name, hidden)
  loop
    select string_agg(format('%I', a.attname), ', ' order by a.attnum) into columns
      from pg_catalog.pg_attribute a
     where a.attrelid = format('public.%I', rule.name)::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> all (rule.hidden);
    execute format('grant select (%s) on public.%I to authenticated, base_operator', columns, rule.name);
  end loop;
end
$$;

grant insert, delete on public.favorites, public.share_link_items to authenticated;
grant insert, update, delete on public.invitations, public.provider_api_keys, public.budgets, public.presets, public.brand_kits,
  public.organization_members, public.idempotency_keys to authenticated;
grant insert, update on public.webhooks, public.auto_top_ups, public.billing_profiles, public.projects, public.assets, public.share_links to authenticated;
grant insert on public.webhook_deliveries to authenticated;
grant insert on public.api_keys to authenticated;
grant update (name, scopes, expires_at, ip_allow, monthly_cap_credits, revoked_at) on public.api_keys to authenticated;
grant update (name, slug, country, currency, locale, time_zone, settings) on public.organizations to authenticated;
grant update (name, avatar_path, locale, time_zone) on public.users to authenticated;
grant update (project_id, metadata) on public.ai_jobs to authenticated;
grant update (project_id, metadata, deleted_at) on public.generations to authenticated;

-- Views show what the tables below them show.
grant select on public.v_credit_summary, public.v_organization_usage, public.v_usage_by_member, public.v_job_costs, public.v_provider_health
  to authenticated, base_worker, base_operator, service_role;
grant select on public.v_margin_daily to base_worker, base_operator, service_role;

-- The backend.

grant select, insert, update, delete on
  public.ai_jobs, public.generations, public.assets, public.provider_costs, public.provider_status, public.webhooks,
  public.webhook_cursors, public.webhook_deliveries, public.webhook_delivery_keys, public.webhook_attempts, public.subscriptions,
  public.invoices, public.payments, public.payment_events, public.auto_top_ups, public.idempotency_keys, public.outbound_mails,
  public.dead_letters, public.ledger_checks, public.reconciliations, public.provider_api_keys
to base_worker;
grant select, update on public.budget_usage to base_worker;
grant select on
  public.organizations, public.users, public.organization_members, public.projects, public.quotes, public.events, public.event_sequences,
  public.credit_balances, public.credit_transactions, public.credit_grants, public.credit_holds, public.credit_overruns,
  public.credit_transaction_keys, public.budgets, public.billing_profiles, public.invoice_series, public.usage_daily, public.usage_by_user,
  public.audit_logs, public.audit_chains
to base_worker;
grant select (id, organization_id, name, mode, scopes, created_by, expires_at, revoked_at, monthly_cap_credits) on public.api_keys to base_worker;

grant select, insert, update, delete on all tables in schema identity to base_api;
grant select, insert on public.payment_events to base_api;
grant insert on public.outbound_mails to base_api;

do $$
declare
  found_table record;
begin
  -- Operators see every table whole but those with secrets, which were granted by column above.
  for found_table in
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and c.relname not in ('invitations', 'api_keys', 'provider_api_keys', 'webhooks', 'share_links', 'idempotency_keys', 'rate_limits', 'slots')
  loop
    execute format('grant select on public.%I to base_operator', found_table.relname);
  end loop;

  -- service_role bypasses row security; the books it may only read, everything else it may write.
  for found_table in
    select c.relname,
           c.relname in ('credit_balances', 'credit_transactions', 'credit_transaction_keys', 'credit_grants', 'credit_holds', 'credit_overruns',
                         'budget_usage', 'events', 'event_sequences', 'audit_logs', 'audit_chains', 'invoice_series') as book
      from pg_catalog.pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format('grant %s on public.%I to service_role',
                   case when found_table.book then 'select' else 'select, insert, update, delete' end, found_table.relname);
  end loop;
end
$$;
grant update (status) on public.organizations to base_operator;
grant update (redriven_at, redriven_by) on public.dead_letters to base_operator;
grant insert on public.pricing, public.impersonations to base_operator;
grant update (valid_to) on public.pricing to base_operator;
grant update (ended_at) on public.impersonations to base_operator;

-- Functions. What policies call, the roles of those policies must be able to execute.

grant execute on function
  private.via_backend(), private.claims(), private.my_orgs(), private.my_orgs_as(public.user_role[]), private.my_role(uuid),
  private.my_colleagues(), private.is_operator()
to authenticated, base_operator, base_api, base_worker, service_role;

grant execute on function private.uuid_v7() to authenticated, base_api, base_worker, base_operator, service_role;
grant execute on function private.append_audit(jsonb) to authenticated, base_api, base_worker, base_operator, service_role;

grant execute on function
  private.is_plain_postgres(), private.find_api_key(text), private.touch_api_keys(jsonb), private.find_membership(uuid, uuid),
  private.list_memberships(uuid), private.find_user(uuid), private.find_user_by_email(text), private.find_invitation(bytea),
  private.find_share_link(bytea), private.list_events_after(uuid, bigint, uuid, uuid, text[], int), private.list_event_positions(uuid[]),
  private.create_quote(uuid, uuid, uuid, text, text, bigint, bigint, jsonb, int),
  private.create_local_user(uuid, text, text, text), private.update_local_user(uuid, text, boolean), private.erase_user(uuid),
  private.create_organization(uuid, uuid, text, text, text, text, text, text), private.accept_invitation(bytea, uuid),
  private.delete_organization(uuid)
to base_api, service_role;

grant execute on function
  public.create_ai_jobs(jsonb), public.cancel_ai_job(uuid, uuid), public.append_events(jsonb),
  public.credit_credits(uuid, bigint, public.transaction_type, text, text, timestamptz, int), public.debit_credits(uuid, bigint, text, text),
  public.hold_credits(uuid, uuid, bigint, text, timestamptz), public.settle_hold(uuid, bigint, text), public.release_hold(uuid, text, text),
  public.expire_grants(int), public.check_ledger(uuid), public.check_rate_limit(text, int, int, int),
  public.acquire_slot(text, uuid, int, int), public.release_slot(text, uuid),
  private.set_plan(uuid, text, timestamptz), private.grant_plan_credits(uuid), private.issue_invoice(uuid),
  private.verify_audit_logs(uuid), private.claw_back_grant(uuid, text, text), private.freeze_credits(uuid, text), private.unfreeze_credits(uuid)
to base_api, base_worker, service_role;

grant execute on function
  private.resume_parked_jobs(int), private.grant_monthly_credits(int), private.seal_audit_logs(int), private.ensure_partitions(int),
  private.default_partition_rows(), private.apply_retention(int)
to base_worker, service_role;
