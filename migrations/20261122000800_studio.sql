-- What creators keep beside their generations.

create table public.assets (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  project_id uuid,
  user_id uuid references public.users (id) on delete set null,
  kind public.asset_kind not null default 'reference',
  name text not null check (length(name) between 1 and 255),
  mime_type text not null check (length(mime_type) between 3 and 100),
  bytes bigint not null check (bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  storage_path text not null check (length(storage_path) between 1 and 500),
  width int check (width > 0),
  height int check (height > 0),
  duration_ms int check (duration_ms >= 0),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, project_id) references public.projects (organization_id, id) on delete set null (project_id)
);
create index assets_organization_idx on public.assets (organization_id, created_at desc, id desc) where deleted_at is null;
create index assets_project_idx on public.assets (organization_id, project_id) where project_id is not null;
create index assets_user_idx on public.assets (user_id) where user_id is not null;
comment on table public.assets is 'Uploads: reference images, logos, fonts.';

create table public.favorites (
  organization_id uuid not null,
  user_id uuid not null references public.users (id) on delete cascade,
  generation_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (user_id, generation_id),
  foreign key (organization_id, generation_id) references public.generations (organization_id, id) on delete cascade
);
create index favorites_generation_idx on public.favorites (organization_id, generation_id);
create index favorites_user_idx on public.favorites (organization_id, user_id, created_at desc);
comment on table public.favorites is 'A member''s favourite generations.';

create table public.presets (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid references public.users (id) on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 120),
  job_type public.job_type not null,
  model text check (length(model) between 1 and 120),
  input jsonb not null default '{}' check (jsonb_typeof(input) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index presets_organization_idx on public.presets (organization_id, created_at desc);
create index presets_user_idx on public.presets (user_id) where user_id is not null;
comment on table public.presets is 'Saved settings of the form.';
comment on column public.presets.user_id is 'Null: shared in the organization.';

create table public.brand_kits (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 120),
  colors jsonb not null default '[]' check (jsonb_typeof(colors) = 'array'),
  fonts jsonb not null default '[]' check (jsonb_typeof(fonts) = 'array'),
  logo_asset_id uuid,
  guidelines text not null default '' check (length(guidelines) <= 8000),
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (organization_id, logo_asset_id) references public.assets (organization_id, id) on delete set null (logo_asset_id)
);
create index brand_kits_organization_idx on public.brand_kits (organization_id, created_at desc);
create index brand_kits_logo_idx on public.brand_kits (organization_id, logo_asset_id) where logo_asset_id is not null;
create index brand_kits_created_by_idx on public.brand_kits (created_by) where created_by is not null;
comment on table public.brand_kits is 'Colours, fonts, logo and tone that prompts may take up.';

create table public.share_links (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  token_hash bytea not null unique check (length(token_hash) = 32),
  title text not null default '' check (length(title) <= 200),
  show_prompt boolean not null default false,
  expires_at timestamptz,
  revoked_at timestamptz,
  views bigint not null default 0,
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id)
);
create index share_links_organization_idx on public.share_links (organization_id, created_at desc);
create index share_links_created_by_idx on public.share_links (created_by) where created_by is not null;
comment on table public.share_links is 'Public pages of chosen generations. Prompts stay hidden unless asked for.';
comment on column public.share_links.token_hash is 'SHA-256 of the token in the link.';

create table public.share_link_items (
  organization_id uuid not null,
  share_link_id uuid not null,
  generation_id uuid not null,
  ordinal int not null default 0,
  primary key (share_link_id, generation_id),
  foreign key (organization_id, share_link_id) references public.share_links (organization_id, id) on delete cascade,
  foreign key (organization_id, generation_id) references public.generations (organization_id, id) on delete cascade
);
create index share_link_items_link_idx on public.share_link_items (organization_id, share_link_id);
create index share_link_items_generation_idx on public.share_link_items (organization_id, generation_id);
comment on table public.share_link_items is 'What a share link shows.';
