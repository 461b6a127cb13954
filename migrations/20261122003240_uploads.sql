-- Uploads: repeated requests, equal files, and what is left to clean up.

alter table public.assets
  add column idempotency_key text check (length(idempotency_key) between 1 and 200);
comment on column public.assets.idempotency_key is 'Of the request that made it, hashed with its caller; the same one again finds this row.';
comment on column public.assets.storage_path is 'Begins with the organization. Equal files of one organization share it.';
comment on column public.assets.deleted_at is 'Gone for everybody but open jobs; the file is removed later by a worker.';

create unique index assets_idempotency_idx on public.assets (organization_id, idempotency_key) where idempotency_key is not null;
create index assets_content_idx on public.assets (organization_id, sha256);
create index assets_path_idx on public.assets (storage_path);
create index assets_deleted_idx on public.assets (deleted_at) where deleted_at is not null;
