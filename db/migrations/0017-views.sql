-- History by what it is narrowed to or sorted by, the newest first or last: each index is read in either direction.
create index operations_by_state on operations (project_id, state, created_at, id);
create index operations_by_kind on operations (project_id, kind, created_at, id);
create index operations_by_issuer on operations (project_id, issuer_id, created_at, id);
create index operations_before_a_person on operations (project_id, created_at, id) where attention is not null;
