-- Whoever lets credits move again leaves a line in the audit log, which says why they were frozen.
drop function private.unfreeze_credits(uuid);
create function private.unfreeze_credits(organization uuid) returns text
language sql security definer
set search_path = ''
as $$
  with frozen as (
    select b.organization_id, b.frozen_reason from public.credit_balances b
     where b.organization_id = organization and b.frozen_at is not null for update
  )
  update public.credit_balances b set frozen_at = null, frozen_reason = null, updated_at = now()
    from frozen where b.organization_id = frozen.organization_id
  returning frozen.frozen_reason
$$;
comment on function private.unfreeze_credits(uuid) is 'After a person has looked. Returns why they were frozen; null: they were not.';
revoke execute on function private.unfreeze_credits(uuid) from public;
grant execute on function private.unfreeze_credits(uuid) to base_api, base_worker, service_role;
