-- Small pictures, posters and waveforms of what was generated and uploaded.

alter table public.generations
  add column preview_path text check (length(preview_path) <= 500),
  add column poster_path text check (length(poster_path) <= 500),
  add column placeholder text check (length(placeholder) <= 2000),
  add column peaks smallint[] check (cardinality(peaks) <= 1000),
  add column preview_attempts smallint not null default 0,
  add column preview_claimed_at timestamptz,
  add column previewed_at timestamptz;
alter table public.assets
  add column thumbnail_path text check (length(thumbnail_path) <= 500),
  add column preview_path text check (length(preview_path) <= 500),
  add column poster_path text check (length(poster_path) <= 500),
  add column placeholder text check (length(placeholder) <= 2000),
  add column peaks smallint[] check (cardinality(peaks) <= 1000),
  add column preview_attempts smallint not null default 0,
  add column preview_claimed_at timestamptz,
  add column previewed_at timestamptz;

comment on column public.generations.thumbnail_path is 'WebP of at most 320 pixels a side; of films, of their poster. Null: not made (yet).';
comment on column public.generations.preview_path is 'WebP of at most 1280 pixels a side; of pictures.';
comment on column public.generations.poster_path is 'WebP of a frame, at most 1280 pixels a side; of films.';
comment on column public.generations.placeholder is 'A blurred picture of some hundred bytes, as a data URL.';
comment on column public.generations.peaks is 'The loudness of a sound over its length, 0 to 100.';
comment on column public.generations.preview_claimed_at is 'When a worker began to make them last.';
comment on column public.generations.previewed_at is 'When they were made.';
comment on column public.assets.thumbnail_path is 'As of a generation, and so the columns after it.';

create index generations_unpreviewed_idx on public.generations (created_at desc)
  where previewed_at is null and preview_attempts < 3 and deleted_at is null;
create index assets_unpreviewed_idx on public.assets (created_at desc)
  where previewed_at is null and preview_attempts < 3 and deleted_at is null;
