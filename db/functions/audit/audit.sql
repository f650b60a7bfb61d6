-- What a row's hash covers, after the hash of the row before it.
create function audit_text(entry audit_rows) returns text language plpgsql immutable as $$
begin
  return jsonb_build_array(entry.project_id, entry.seq, extract(epoch from entry.at)::numeric(20, 6)::text, entry.actor_id, entry.source,
    entry.action, entry.subject_type, entry.subject_id, entry.before, entry.after)::text;
end $$;

create function audit_hash(entry audit_rows) returns bytea language sql immutable as $$
  select sha256(entry.previous_hash || convert_to(audit_text(entry), 'UTF8'))
$$;

-- Appends rows, or none, to the project's chain. The head is the last lock any transaction takes, so call this last.
create function append_entries(project text, entries audit_entry[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_heads;
  at timestamptz;
  e audit_entry;
  fresh audit_rows;
  rows audit_rows[];
begin
  perform set_config('sluice.project', project, true);
  select * into head from audit_heads where project_id = project for update;
  if not found then
    insert into audit_heads (project_id) values (project) on conflict do nothing;
    select * into head from audit_heads where project_id = project for update;
  end if;
  -- Under the lock, so that time never runs backwards along the chain.
  at := clock_timestamp();
  foreach e in array entries loop
    head.seq := head.seq + 1;
    fresh := row(project, head.seq, at, e.actor, e.source, e.action, e.subject_type, e.subject_id,
      nullif(e.before, 'null'::jsonb), nullif(e.after, 'null'::jsonb), head.hash, '\x'::bytea)::audit_rows;
    head.hash := sha256(head.hash || convert_to(audit_text(fresh), 'UTF8'));
    fresh.hash := head.hash;
    rows := rows || fresh;
  end loop;
  insert into audit_rows select * from unnest(rows);
  update audit_heads set seq = head.seq, hash = head.hash where project_id = project;
end $$;

-- rows: [{actor, source, action, subjectType, subjectId, before, after}]
create function append_audit(project text, rows jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform append_entries(project, array(
    select row(e ->> 'actor', e ->> 'source', e ->> 'action', e ->> 'subjectType', e ->> 'subjectId', e -> 'before', e -> 'after')::audit_entry
      from jsonb_array_elements(rows) with ordinality r (e, ord) order by ord));
end $$;
