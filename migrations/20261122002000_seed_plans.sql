-- The five plans and the top-up packs. 1 credit = US$0.001 of list price.
insert into public.plans (
  id, name, monthly_credits, requests_per_minute, concurrent_jobs, seats, storage_bytes, retention_days, price_brl_cents, price_usd_cents, features, sort
) values
  ('free', 'Free', 1000, 30, 2, 3, 1073741824, 30, 0, 0, '{"max_upload_bytes": 10485760}', 1),
  ('starter', 'Starter', 20000, 60, 5, 5, 21474836480, 90, 9900, 1900, '{"max_upload_bytes": 26214400, "provider_keys": true}', 2),
  ('pro', 'Pro', 65000, 180, 12, 15, 107374182400, 365, 29900, 5900, '{"max_upload_bytes": 52428800, "provider_keys": true, "budgets": true}', 3),
  ('business', 'Business', 230000, 600, 40, 50, 536870912000, 730, 99900, 19900, '{"max_upload_bytes": 104857600, "provider_keys": true, "budgets": true, "audit_export": true}', 4),
  ('enterprise', 'Enterprise', 1250000, 2400, 150, 500, 5497558138880, 2555, 499900, 99900, '{"max_upload_bytes": 262144000, "provider_keys": true, "budgets": true, "audit_export": true, "single_sign_on": true}', 5);

insert into public.credit_packs (id, credits, price_brl_cents, price_usd_cents, sort) values
  ('pack-10k', 10000, 5900, 1000, 1),
  ('pack-50k', 50000, 27900, 4800, 2),
  ('pack-250k', 250000, 132900, 23000, 3);
