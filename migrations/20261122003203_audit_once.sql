-- A sign-in at Supabase Auth is seen by the first request of its session, on whichever node: its line is written once.

create function private.append_audit_once(entry jsonb) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('audit ' || (entry ->> 'action') || ' ' || (entry ->> 'target_id'), 0));
  perform from public.audit_logs l
    where l.actor_id = (entry ->> 'actor_id')::uuid and l.action = entry ->> 'action' and l.target_id = entry ->> 'target_id';
  if found then
    return false;
  end if;
  perform private.append_audit(jsonb_build_array(entry));
  return true;
end
$$;
comment on function private.append_audit_once(jsonb) is
  'Writes an audit line unless the log has one of the same actor, action and target; whether it did. select private.append_audit_once(''{"actor_type": "user", "actor_id": "…", "action": "sessions.open", "target_type": "session", "target_id": "…"}'');';
revoke all on function private.append_audit_once(jsonb) from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.append_audit_once(jsonb) to base_api, service_role;
