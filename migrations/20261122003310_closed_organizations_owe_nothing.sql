-- Who closes an organization is not to be billed for it any more.

create or replace function private.delete_organization(organization_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Nobody can use what they would buy any more. What is paid all the same goes back. First: payments lock in this order.
  update public.invoices i set status = 'void', voided_at = now()
   where i.organization_id = delete_organization.organization_id and i.status = 'open' and i.kind = 'invoice';
  update public.organizations o set deleted_at = now(), slug = left(o.slug, 26) || '-' || replace(o.id::text, '-', '')
   where o.id = delete_organization.organization_id and o.deleted_at is null;
  if not found then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.organization_id = delete_organization.organization_id and k.revoked_at is null;
  update public.invitations i set revoked_at = now()
   where i.organization_id = delete_organization.organization_id and i.accepted_at is null and i.revoked_at is null;
  update public.webhooks w set enabled = false, disabled_at = now(), disabled_reason = 'organization closed'
   where w.organization_id = delete_organization.organization_id and w.enabled;
  update public.subscriptions s set status = 'canceled', canceled_at = now()
   where s.organization_id = delete_organization.organization_id and s.status <> 'canceled';
  return true;
end
$$;
comment on function private.delete_organization(uuid) is 'Closes an organization: invisible, keys and invitations dead, webhooks off, subscription canceled, open invoices void, slug free again. The books stay. select private.delete_organization(''<organization>'');';

update public.invoices i set status = 'void', voided_at = now()
  from public.organizations o
 where o.id = i.organization_id and o.deleted_at is not null and i.status = 'open' and i.kind = 'invoice';
