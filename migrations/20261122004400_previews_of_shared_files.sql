-- A shared page shows posters, previews and waveforms as the gallery does: its function tells of them, of the page and of
-- one file of it alike. No release has the functions that go.

drop function private.find_shared_file(bytea, int);
drop function private.find_share_link(bytea);

create function private.find_share_link(token_hash bytea)
returns table (
  share_link_id uuid, title text, show_prompt boolean, organization_name text, generation_id uuid, ordinal int,
  type public.job_type, mime_type text, storage_path text, width int, height int, duration_ms int, prompt text, model text,
  thumbnail_path text, preview_path text, poster_path text, placeholder text, peaks smallint[]
)
language sql stable security definer
set search_path = ''
as $$
  select l.id, l.title, l.show_prompt, o.name, g.id, i.ordinal, g.type, g.mime_type, g.storage_path, g.width, g.height,
         g.duration_ms, case when l.show_prompt then g.prompt end, g.model,
         g.thumbnail_path, g.preview_path, g.poster_path, g.placeholder, g.peaks
    from public.share_links l
    join public.organizations o on o.id = l.organization_id and o.deleted_at is null
    left join public.share_link_items i on i.share_link_id = l.id
    left join public.generations g on g.id = i.generation_id and g.deleted_at is null
   where l.token_hash = find_share_link.token_hash
     and l.revoked_at is null
     and (l.expires_at is null or l.expires_at > now())
   order by i.ordinal, g.id
$$;
revoke execute on function private.find_share_link(bytea) from public, anon, authenticated, service_role;
grant execute on function private.find_share_link(bytea) to base_api, service_role;
comment on function private.find_share_link(bytea) is 'What a public share page shows; no rows: unknown, revoked or expired. Prompts only where the link says so. select * from private.find_share_link(sha256(''…''));';
