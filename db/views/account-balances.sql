-- The balance of an account, whatever shards it is spread over.
create view account_balances with (security_invoker = true) as
  select account_id, project_id, sum(posted) as posted, sum(held) as held, bool_and(active) as active
    from balances group by account_id, project_id;
