-- Whoever adds or changes rules of a project does it alone, until the transaction ends.
create function lock_approval_rules() returns void language sql as $$
  select pg_advisory_xact_lock(hashtext('approval_rules'), hashtext(current_project()))
$$;
