-- The API's bare connection sees no tenant's rows, not even those of payments: the service that takes payments says in
-- its transaction that it is the one.
do $$
declare
  name text;
begin
  foreach name in array array['subscriptions', 'invoices', 'payments', 'auto_top_ups', 'billing_profiles'] loop
    execute format('drop policy billing on public.%I', name);
    execute format(
      'create policy billing on public.%1$I for all to base_api using ((select private.claims()) ->> ''base_service'' = ''billing'') with check ((select private.claims()) ->> ''base_service'' = ''billing'')',
      name
    );
  end loop;
end
$$;
drop policy billing on public.credit_debts;
create policy billing on public.credit_debts for select to base_api using ((select private.claims()) ->> 'base_service' = 'billing');
drop policy api_select on public.payment_events;
create policy api_select on public.payment_events for select to base_api using ((select private.claims()) ->> 'base_service' = 'billing');
drop policy api_insert on public.payment_events;
create policy api_insert on public.payment_events for insert to base_api with check ((select private.claims()) ->> 'base_service' = 'billing');
