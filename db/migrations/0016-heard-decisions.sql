-- A decision's step can be in the book while its workflow never learns of it: an Update that was not in the history yet is
-- lost with the task that handled it. heard_at is when the workflow was seen to have it for good: its answer to the Update
-- came, or the server took a Signal. What was decided before this migration counts as heard.
alter table tickets add column heard_at timestamptz default now();
alter table tickets alter column heard_at drop default;

drop index tickets_to_deliver;
create index tickets_to_deliver on tickets (project_id, deliver_at)
  where delivery = 'api' and (outcome is null or (outcome = 'applied' and heard_at is null));
