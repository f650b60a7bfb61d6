-- Waits for the steps that are under way with a client's coins: they were judged before the client was frozen. Later
-- steps wait for the caller of this, and are judged after it.
create function await_steps_of(project text, organization text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  perform 1 from balances b where b.shard = 0 and b.account_id = any(array(select id from coins where organization_id = organization))
    order by b.account_id for update;
end $$;

-- Freezes a client on a hit of the screening, in nobody's name. If a person had frozen the client, that person stays
-- the author, and the reason becomes AML. Answers whether this changed anything, which the caller audits. It locks the
-- organization's row; whoever opens or closes a coin locks that row before a balance.
create function freeze_organization(project text, organization text, reason text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('sluice.project', project, true);
  update organizations set frozen_at = coalesce(frozen_at, now()), frozen_reason = reason, unfrozen_by = null
    where id = organization and type in ('individual', 'merchant')
      and (frozen_at is null or (reason = 'AML' and frozen_reason <> 'AML'));
  return found;
end $$;
