create function authenticate(hashes bytea[]) returns table (
  token_hash bytea, project_id text, person_id text, member_id text, organization_id text, role text, login text
) language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  project text;
begin
  for project in select distinct t.project_id from tokens t where t.token_hash = any(hashes) and t.expires_at > now() loop
    perform set_config('sluice.project', project, true);
    return query select t.token_hash, t.project_id, p.id, m.id, m.organization_id, m.role, p.login
      from tokens t cross join lateral (select * from members where id = t.member_id and active limit 1) m
        cross join lateral (select * from people where id = m.person_id limit 1) p
      where t.token_hash = any(hashes) and t.expires_at > now() and t.project_id = project;
  end loop;
end $$;
