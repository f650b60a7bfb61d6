create type audit_entry as (actor text, source text, action text, subject_type text, subject_id text, before jsonb, after jsonb);
