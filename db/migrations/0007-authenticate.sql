-- Whose token this is, in one round trip: the token is looked up before a project is known, the member after it.
create function authenticate(hash bytea) returns table (
  project_id text, person_id text, member_id text, organization_id text, role text, login text
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_token tokens;
begin
  select * into found_token from tokens t where t.token_hash = hash and t.expires_at > now();
  if found_token.token_hash is null then return; end if;
  perform set_config('sluice.project', found_token.project_id, true);
  return query select found_token.project_id, p.id, m.id, m.organization_id, m.role, p.login
    from members m join people p on p.id = m.person_id
    where m.id = found_token.member_id and m.active;
end $$;
